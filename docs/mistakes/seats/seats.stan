data {
  int<lower=0> N;
  int<lower=0> R;
  int<lower=0> P;
  array[N] int<lower=1, upper=R> region;
  array[N] int<lower=1, upper=P> vote;
}
parameters {
  array[R] simplex[P] share;
}
model {
  for (r in 1:R)
    share[r] ~ dirichlet(rep_vector(1, P));
  for (n in 1:N)
    vote[n] ~ categorical(share[region[n]]);
}
