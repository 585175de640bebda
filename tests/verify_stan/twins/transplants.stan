data {
  int n_patient;
  vector[n_patient] age;
  vector[n_patient] days;
  array[n_patient] int died;
}
parameters {
  real alpha;
  real b_age;
  real<lower=0> k;
}
model {
  alpha ~ normal(6, 2);
  b_age ~ normal(0, 1);
  k ~ lognormal(0, 1);
  for (i in 1 : n_patient) {
    real scale = exp(alpha + b_age * (age[i] - 45) / 10);
    if (died[i]) days[i] ~ weibull(k, scale);
    else target += weibull_lccdf(days[i] | k, scale);
  }
}
