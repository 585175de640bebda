data {
  int n_health;
  int n_person;
  array[n_person] int health;
  vector[n_person] coinsurance;
  vector[n_person] deductible;
  vector[n_person] limited;
  vector[n_person] disease;
  array[n_person] int visits;
}
transformed data {
  vector[n_person] z = (disease - mean(disease)) / (2 * sd(disease));
}
parameters {
  real alpha;
  real b_share;
  real b_deductible;
  real b_limited;
  real b_disease;
  vector[n_health - 1] worse;
}
model {
  vector[n_health] b_health = append_row(0, worse);
  alpha ~ normal(1, 1);
  [b_share, b_deductible, b_limited, b_disease] ~ std_normal();
  worse ~ std_normal();
  visits ~ poisson_log(alpha + b_share * coinsurance / 100 + b_deductible * deductible
                       + b_limited * limited + b_disease * z + b_health[health]);
}
