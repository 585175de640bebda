data {
  int n_school;
  vector[n_school] effect;
  vector[n_school] error;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[n_school] z;
}
model {
  mu ~ normal(0, 5);
  tau ~ cauchy(0, 5);
  z ~ std_normal();
  effect ~ normal(mu + tau * z, error);
}
