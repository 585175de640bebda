functions {
  vector standard(vector x) {
    return (x - mean(x)) / (2 * sd(x));
  }
}
data {
  int n_state;
  vector[n_state] poverty;
  vector[n_state] graduates;
  vector[n_state] urban;
  vector[n_state] murder;
}
parameters {
  real alpha;
  real b_poverty;
  real b_graduates;
  real b_urban;
  real<lower=0> sigma;
  real<lower=0> nu;
}
model {
  alpha ~ normal(5, 5);
  [b_poverty, b_graduates, b_urban] ~ normal(0, 5);
  sigma ~ normal(0, 5);
  nu ~ gamma(2, 0.1);
  murder ~ student_t(nu, alpha + b_poverty * standard(poverty)
                         + b_graduates * standard(graduates) + b_urban * standard(urban), sigma);
}
