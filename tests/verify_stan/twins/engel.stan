data {
  int n_household;
  vector[n_household] income;
  vector[n_household] food;
}
transformed data {
  vector[n_household] log_income = log(income) - mean(log(income));
}
parameters {
  real alpha;
  real beta;
  real<lower=0> sigma;
}
model {
  alpha ~ normal(6, 1);
  beta ~ normal(0.5, 0.5);
  sigma ~ normal(0, 1);
  food ~ lognormal(alpha + beta * log_income, sigma);
}
