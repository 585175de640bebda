data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> county;
  vector[N] floor;
  vector[N] log_radon;
}
parameters {
  real mu;
  real<lower=0> tau;
  real beta;
  real<lower=0> sigma;
  vector[J] z;
}
transformed parameters {
  vector[J] alpha = mu + tau * z;
}
model {
  mu ~ normal(0, 10);
  tau ~ normal(0, 1);
  beta ~ normal(0, 10);
  sigma ~ normal(0, 1);
  z ~ std_normal();
  log_radon ~ normal(alpha[county] + beta * floor, sigma);
}
