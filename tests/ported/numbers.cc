// SPDX-License-Identifier: MIT
// Mathematics, floating-point state and times of the processor.
#include <assert.h>
#include <fenv.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/param.h>
#include <sys/time.h>
#include <sys/times.h>
#include <tgmath.h>
#include <values.h>

int main() {
  feclearexcept(FE_ALL_EXCEPT);
  double sum = 0;
  for (int i = 1; i < 100; ++i) sum += sqrt(double(i)) + fabs(sin(i * M_PI));
  assert(isfinite(sum) && sum < DBL_MAX);
  if (fetestexcept(FE_DIVBYZERO) != 0) return 1;
  timeval now = {};
  gettimeofday(&now, nullptr);
  tms used = {};
  times(&used);
  const div_t parts = div(INT_MAX, MAX(7, CHARBITS));
  printf("%g %d %d %ld\n", sum, parts.quot, parts.rem, long(used.tms_utime));
  return fpclassify(sum) == FP_NORMAL ? 0 : abs(parts.rem);
}
