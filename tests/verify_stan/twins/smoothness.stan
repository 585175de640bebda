data {
  int n_tumour;
  vector[n_tumour] smoothness;
  vector[n_tumour] error;
  array[n_tumour] int malignant;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[n_tumour] truth;
  real alpha;
  real beta;
}
model {
  mu ~ normal(100, 20);
  tau ~ normal(0, 20);
  truth ~ normal(mu, tau);
  smoothness ~ normal(truth, error);
  alpha ~ normal(0, 1.5);
  beta ~ normal(0, 1);
  malignant ~ bernoulli_logit(alpha + beta * (truth - 96) / 10);
}
