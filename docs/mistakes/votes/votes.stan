data {
  int<lower=0> N;
  vector[N] age;
  array[N] int dole;
}
parameters {
  real a;
  real b;
}
model {
  a ~ normal(0, 2);
  b ~ normal(0, 2);
  dole ~ bernoulli_logit(a + b * age);
}
