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
  vector[2] centre;
  vector<lower=0>[2] s;
  cholesky_factor_corr[2] L;
  array[n_firm] vector[2] b;
  real b_value;
  real<lower=0> tau_year;
  vector[n_year] climate;
  real<lower=0> sigma;
}
model {
  centre ~ std_normal();
  s ~ std_normal();
  L ~ lkj_corr_cholesky(2);
  b ~ multi_normal_cholesky(centre, diag_pre_multiply(s, L));
  b_value ~ std_normal();
  tau_year ~ normal(0, 0.5);
  climate ~ normal(0, tau_year);
  sigma ~ std_normal();
  for (i in 1 : n_record) {
    invest[i] ~ lognormal(4 + b[firm[i], 1] + b[firm[i], 2] * log_capital[i]
                          + b_value * log_value[i] + climate[year[i]], sigma);
  }
}
