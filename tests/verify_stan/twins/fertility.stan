data {
  int n_country;
  int n_missing;
  array[n_missing] int missing;
  vector[n_country] births_1970;  // 0 where it is missing
  vector[n_country] births_2000;  // 0 where it is missing
}
parameters {
  vector<lower=0>[n_missing] lost;
  real m;
  real<lower=0> s;
  real alpha;
  real beta;
  real<lower=0> sigma;
}
model {
  vector[n_country] whole = births_1970;
  whole[missing] = lost;
  m ~ normal(1.5, 1);
  s ~ normal(0, 1);
  [alpha, beta] ~ normal(1, 1);
  sigma ~ normal(0, 1);
  whole ~ lognormal(m, s);
  for (i in 1 : n_country) {
    if (births_2000[i] > 0) births_2000[i] ~ lognormal(alpha + beta * log(whole[i] / 5), sigma);
  }
}
