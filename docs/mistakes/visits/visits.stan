data {
  int<lower=0> N;
  vector<lower=0>[N] age;
  array[N] int visits;
}
parameters {
  real a;
  real b;
  real<lower=0> phi;
}
model {
  vector[N] m = exp(a + b * age);
  a ~ normal(0, 2);
  b ~ normal(0, 1);
  phi ~ normal(0, 5);
  visits ~ neg_binomial_2(m, phi);
}
