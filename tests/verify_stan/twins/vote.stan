functions {
  vector standard(vector x) {
    return (x - mean(x)) / (2 * sd(x));
  }
}
data {
  int n_voter;
  vector[n_voter] age;
  vector[n_voter] education;
  vector[n_voter] income;
  vector[n_voter] leaning;
  array[n_voter] int dole;
}
transformed data {
  matrix[n_voter, 4] x;
  x[, 1] = standard(age);
  x[, 2] = standard(education);
  x[, 3] = standard(income);
  x[, 4] = standard(leaning);
}
parameters {
  real alpha;
  vector[4] b;
}
model {
  alpha ~ normal(0, 2.5);
  b ~ normal(0, 2.5);
  dole ~ bernoulli_logit(alpha + x * b);
}
