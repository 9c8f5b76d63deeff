// SPDX-License-Identifier: MIT
//
// Mirrors <math.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: abs acos acosf acosh acoshf acoshl acosl asin
//   asinf asinh asinhf asinhl asinl atan atan2 atan2f atan2l atanf atanh atanhf
//   atanhl atanl canonicalize canonicalizef canonicalizel cbrt cbrtf cbrtl ceil
//   ceilf ceill copysign copysignf copysignl cos cosf cosh coshf coshl cosl
//   daddl ddivl dfmal dmull double_t drem dremf dreml dsqrtl dsubl erf erfc
//   erfcf erfcl erff erfl exp exp10 exp10f exp10l exp2 exp2f exp2l expf expl
//   expm1 expm1f expm1l fabs fabsf fabsl fadd faddl fdim fdimf fdiml fdiv fdivl
//   ffma ffmal finite finitef finitel float_t floor floorf floorl fma fmaf fmal
//   fmax fmaxf fmaximum fmaximum_mag fmaximum_mag_num fmaximum_mag_numf
//   fmaximum_mag_numl fmaximum_magf fmaximum_magl fmaximum_num fmaximum_numf
//   fmaximum_numl fmaximumf fmaximuml fmaxl fmaxmag fmaxmagf fmaxmagl fmin
//   fminf fminimum fminimum_mag fminimum_mag_num fminimum_mag_numf
//   fminimum_mag_numl fminimum_magf fminimum_magl fminimum_num fminimum_numf
//   fminimum_numl fminimumf fminimuml fminl fminmag fminmagf fminmagl fmod
//   fmodf fmodl fmul fmull fpclassify frexp frexpf frexpl fromfp fromfpf
//   fromfpl fromfpx fromfpxf fromfpxl fsqrt fsqrtl fsub fsubl gamma gammaf
//   gammal getpayload getpayloadf getpayloadl hypot hypotf hypotl ilogb ilogbf
//   ilogbl iscanonical isfinite isgreater isgreaterequal isinf isinff isinfl
//   isless islessequal islessgreater isnan isnanf isnanl isnormal issignaling
//   isunordered j0 j0f j0l j1 j1f j1l jn jnf jnl ldexp ldexpf ldexpl lgamma
//   lgamma_r lgammaf lgammaf_r lgammal lgammal_r llogb llogbf llogbl llrint
//   llrintf llrintl llround llroundf llroundl log log10 log10f log10l log1p
//   log1pf log1pl log2 log2f log2l logb logbf logbl logf logl lrint lrintf
//   lrintl lround lroundf lroundl modf modff modfl nan nanf nanl nearbyint
//   nearbyintf nearbyintl nextafter nextafterf nextafterl nextdown nextdownf
//   nextdownl nexttoward nexttowardf nexttowardl nextup nextupf nextupl pow
//   powf powl remainder remainderf remainderl remquo remquof remquol rint rintf
//   rintl round roundeven roundevenf roundevenl roundf roundl scalb scalbf
//   scalbl scalbln scalblnf scalblnl scalbn scalbnf scalbnl setpayload
//   setpayloadf setpayloadl setpayloadsig setpayloadsigf setpayloadsigl signbit
//   signgam significand significandf significandl sin sincos sincosf sincosl
//   sinf sinh sinhf sinhl sinl sqrt sqrtf sqrtl tan tanf tanh tanhf tanhl tanl
//   tgamma tgammaf tgammal totalorder totalorderf totalorderl totalordermag
//   totalordermagf totalordermagl trunc truncf truncl ufromfp ufromfpf ufromfpl
//   ufromfpx ufromfpxf ufromfpxl y0 y0f y0l y1 y1f y1l yn ynf ynl and all
//   macros
// Differs: nothing.
// Missing: the functions of _Float32 and its kin (sinf32).
#pragma once

#include <math.h>  // the original

namespace green {

using ::abs;
using ::acos, ::acosf, ::acosl;
using ::acosh, ::acoshf, ::acoshl;
using ::asin, ::asinf, ::asinl;
using ::asinh, ::asinhf, ::asinhl;
using ::atan, ::atanf, ::atanl;
using ::atan2, ::atan2f, ::atan2l;
using ::atanh, ::atanhf, ::atanhl;
using ::canonicalize, ::canonicalizef, ::canonicalizel;
using ::cbrt, ::cbrtf, ::cbrtl;
using ::ceil, ::ceilf, ::ceill;
using ::copysign, ::copysignf, ::copysignl;
using ::cos, ::cosf, ::cosl;
using ::cosh, ::coshf, ::coshl;
using ::daddl;
using ::ddivl;
using ::dfmal;
using ::dmull;
using ::double_t;
using ::drem, ::dremf, ::dreml;
using ::dsqrtl;
using ::dsubl;
using ::erf, ::erff, ::erfl;
using ::erfc, ::erfcf, ::erfcl;
using ::exp, ::expf, ::expl;
using ::exp10, ::exp10f, ::exp10l;
using ::exp2, ::exp2f, ::exp2l;
using ::expm1, ::expm1f, ::expm1l;
using ::fabs, ::fabsf, ::fabsl;
using ::fadd;
using ::faddl;
using ::fdim, ::fdimf, ::fdiml;
using ::fdiv;
using ::fdivl;
using ::ffma;
using ::ffmal;
using ::finite, ::finitef, ::finitel;
using ::float_t;
using ::floor, ::floorf, ::floorl;
using ::fma, ::fmaf, ::fmal;
using ::fmax, ::fmaxf, ::fmaxl;
using ::fmaximum, ::fmaximumf, ::fmaximuml;
using ::fmaximum_mag, ::fmaximum_magf, ::fmaximum_magl;
using ::fmaximum_mag_num, ::fmaximum_mag_numf, ::fmaximum_mag_numl;
using ::fmaximum_num, ::fmaximum_numf, ::fmaximum_numl;
using ::fmaxmag, ::fmaxmagf, ::fmaxmagl;
using ::fmin, ::fminf, ::fminl;
using ::fminimum, ::fminimumf, ::fminimuml;
using ::fminimum_mag, ::fminimum_magf, ::fminimum_magl;
using ::fminimum_mag_num, ::fminimum_mag_numf, ::fminimum_mag_numl;
using ::fminimum_num, ::fminimum_numf, ::fminimum_numl;
using ::fminmag, ::fminmagf, ::fminmagl;
using ::fmod, ::fmodf, ::fmodl;
using ::fmul;
using ::fmull;
using ::fpclassify;
using ::frexp, ::frexpf, ::frexpl;
using ::fromfp, ::fromfpf, ::fromfpl;
using ::fromfpx, ::fromfpxf, ::fromfpxl;
using ::fsqrt;
using ::fsqrtl;
using ::fsub;
using ::fsubl;
using ::gamma, ::gammaf, ::gammal;
using ::getpayload, ::getpayloadf, ::getpayloadl;
using ::hypot, ::hypotf, ::hypotl;
using ::ilogb, ::ilogbf, ::ilogbl;
using ::iscanonical;
using ::isfinite;
using ::isgreater;
using ::isgreaterequal;
using ::isinf, ::isinff, ::isinfl;
using ::isless;
using ::islessequal;
using ::islessgreater;
using ::isnan, ::isnanf, ::isnanl;
using ::isnormal;
using ::issignaling;
using ::isunordered;
using ::j0, ::j0f, ::j0l;
using ::j1, ::j1f, ::j1l;
using ::jn, ::jnf, ::jnl;
using ::ldexp, ::ldexpf, ::ldexpl;
using ::lgamma, ::lgammaf, ::lgammal;
using ::lgamma_r;
using ::lgammaf_r;
using ::lgammal_r;
using ::llogb, ::llogbf, ::llogbl;
using ::llrint, ::llrintf, ::llrintl;
using ::llround, ::llroundf, ::llroundl;
using ::log, ::logf, ::logl;
using ::log10, ::log10f, ::log10l;
using ::log1p, ::log1pf, ::log1pl;
using ::log2, ::log2f, ::log2l;
using ::logb, ::logbf, ::logbl;
using ::lrint, ::lrintf, ::lrintl;
using ::lround, ::lroundf, ::lroundl;
using ::modf, ::modff, ::modfl;
using ::nan, ::nanf, ::nanl;
using ::nearbyint, ::nearbyintf, ::nearbyintl;
using ::nextafter, ::nextafterf, ::nextafterl;
using ::nextdown, ::nextdownf, ::nextdownl;
using ::nexttoward, ::nexttowardf, ::nexttowardl;
using ::nextup, ::nextupf, ::nextupl;
using ::pow, ::powf, ::powl;
using ::remainder, ::remainderf, ::remainderl;
using ::remquo, ::remquof, ::remquol;
using ::rint, ::rintf, ::rintl;
using ::round, ::roundf, ::roundl;
using ::roundeven, ::roundevenf, ::roundevenl;
using ::scalb, ::scalbf, ::scalbl;
using ::scalbln, ::scalblnf, ::scalblnl;
using ::scalbn, ::scalbnf, ::scalbnl;
using ::setpayload, ::setpayloadf, ::setpayloadl;
using ::setpayloadsig, ::setpayloadsigf, ::setpayloadsigl;
using ::signbit;
using ::signgam;
using ::significand, ::significandf, ::significandl;
using ::sin, ::sinf, ::sinl;
using ::sincos, ::sincosf, ::sincosl;
using ::sinh, ::sinhf, ::sinhl;
using ::sqrt, ::sqrtf, ::sqrtl;
using ::tan, ::tanf, ::tanl;
using ::tanh, ::tanhf, ::tanhl;
using ::tgamma, ::tgammaf, ::tgammal;
using ::totalorder, ::totalorderf, ::totalorderl;
using ::totalordermag, ::totalordermagf, ::totalordermagl;
using ::trunc, ::truncf, ::truncl;
using ::ufromfp, ::ufromfpf, ::ufromfpl;
using ::ufromfpx, ::ufromfpxf, ::ufromfpxl;
using ::y0, ::y0f, ::y0l;
using ::y1, ::y1f, ::y1l;
using ::yn, ::ynf, ::ynl;

}  // namespace green
