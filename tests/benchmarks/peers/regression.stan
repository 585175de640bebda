// A linear regression; the priors are those of the spec that it is compared with.
data {
  int<lower=1> n;
  int<lower=1> k;
  matrix[n, k] x;
  vector[n] y;
  int<lower=0, upper=2> priors;
}
parameters {
  real alpha;
  vector[k] beta;
  real<lower=0> sigma;
}
model {
  if (priors == 1) {
    alpha ~ normal(0, 10);
    beta ~ normal(0, 10);
    sigma ~ cauchy(0, 2.5);
  }
  if (priors == 2) {
    alpha ~ student_t(3, 8, 10);
    beta ~ normal(0, 1);
    sigma ~ student_t(3, 0, 10);
  }
  y ~ normal_id_glm(x, alpha, beta, sigma);
}
