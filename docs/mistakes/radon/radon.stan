data {
  int<lower=0> N;
  int<lower=0> J;
  array[N] int<lower=1, upper=J> county;
  vector[N] floor_;
  vector[N] log_radon;
}
parameters {
  real mu;
  real<lower=0> tau;
  real beta;
  real<lower=0> sigma;
  vector[J] alpha;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 1);
  beta ~ normal(0, 5);
  sigma ~ normal(0, 1);
  alpha ~ normal(mu, tau);
  log_radon ~ normal(alpha[county] + beta * floor_, sigma);
}
