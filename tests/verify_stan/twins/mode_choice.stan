data {
  int n_mode;
  int n_traveller;
  array[n_traveller] vector[n_mode] wait;
  array[n_traveller] vector[n_mode] cost;
  vector[n_traveller] income;
  array[n_traveller] int chosen;
}
parameters {
  vector[n_mode - 1] taste;
  vector[n_mode - 1] b_income;
  real b_wait;
  real b_cost;
}
model {
  taste ~ normal(0, 5);
  b_income ~ normal(0, 1);
  [b_wait, b_cost] ~ std_normal();
  for (i in 1 : n_traveller) {
    vector[n_mode] u = append_row(taste + b_income * (income[i] - mean(income)) / 10, 0);
    chosen[i] ~ categorical_logit(u + b_wait * wait[i] / 10 + b_cost * cost[i] / 10);
  }
}
