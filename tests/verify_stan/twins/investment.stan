data {
  int n_firm;
  int n_year;
  int n_record;
  array[n_record] int firm;
  array[n_record] int year;
  vector[n_record] invest;
  vector[n_record] value;
  vector[n_record] capital;
}
transformed data {
  vector[n_record] log_value = log(value) - mean(log(value));
  vector[n_record] log_capital = log(capital) - mean(log(capital));
}
parameters {
  real alpha;
  real b_value;
  real b_capital;
  real<lower=0> tau_firm;
  real<lower=0> tau_year;
  vector[n_firm] level;
  vector[n_year] climate;
  real<lower=0> sigma;
}
model {
  alpha ~ normal(4, 2);
  [b_value, b_capital] ~ std_normal();
  tau_firm ~ normal(0, 1);
  tau_year ~ normal(0, 0.5);
  level ~ normal(alpha, tau_firm);
  climate ~ normal(0, tau_year);
  sigma ~ normal(0, 1);
  invest ~ lognormal(level[firm] + climate[year] + b_value * log_value + b_capital * log_capital,
                     sigma);
}
