data {
  int<lower=1> N;
  int<lower=1> F;
  int<lower=1> Y;
  array[N] int<lower=1, upper=F> firm;
  array[N] int<lower=1, upper=Y> year;
  vector<lower=0>[N] invest;
  vector<lower=0>[N] value;
  vector<lower=0>[N] capital;
}
transformed data {
  vector[N] log_value = log(value) - mean(log(value));
  vector[N] log_capital = log(capital) - mean(log(capital));
}
parameters {
  real alpha;
  real b_value;
  real b_capital;
  real<lower=0> tau_firm;
  real<lower=0> tau_year;
  real<lower=0> sigma;
  vector[F] level;
  vector[Y] climate;
}
model {
  alpha ~ normal(4, 2);
  b_value ~ normal(0, 1);
  b_capital ~ normal(0, 1);
  tau_firm ~ normal(0, 1);
  tau_year ~ normal(0, 0.5);
  sigma ~ normal(0, 1);
  level ~ normal(alpha, tau_firm);
  climate ~ normal(0, tau_year);
  invest ~ lognormal(level[firm] + climate[year] + b_value * log_value + b_capital * log_capital,
                     sigma);
}
