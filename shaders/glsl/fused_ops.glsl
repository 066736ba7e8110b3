// Made from the op table by shaders/tests/generated.rs; BLESS=1 cargo test -p shaders rewrites it.
T op_exp(const in T x) { return exp(x); }
T op_log(const in T x) { return log(x); }
#if !defined(F64)
T op_exp2(const in T x) { return robust_exp2(x); }
#endif
T op_expm1(const in T x) { return robust_expm1(x); }
T op_log2(const in T x) { return robust_log2(x); }
T op_log10(const in T x) { return robust_log10(x); }
T op_log1p(const in T x) { return robust_log1p(x); }
T op_sqrt(const in T x) { return sqrt(x); }
T op_rsqrt(const in T x) { return (T(1.0) / sqrt(x)); }
#if !defined(F64)
T op_sin(const in T x) { return robust_sin(x); }
#endif
#if !defined(F64)
T op_cos(const in T x) { return robust_cos(x); }
#endif
#if !defined(F64)
T op_tan(const in T x) { return robust_tan(x); }
#endif
#if !defined(F64)
T op_asin(const in T x) { return robust_asin(x); }
#endif
#if !defined(F64)
T op_acos(const in T x) { return robust_acos(x); }
#endif
#if !defined(F64)
T op_atan(const in T x) { return robust_atan(x); }
#endif
T op_sinh(const in T x) { return robust_sinh(x); }
T op_cosh(const in T x) { return robust_cosh(x); }
T op_tanh(const in T x) { return robust_tanh(x); }
T op_sigmoid(const in T x) { return (T(1.0) / (T(1.0) + exp((-x)))); }
T op_silu(const in T x) { return (x / (T(1.0) + exp((-x)))); }
#if !defined(F64)
T op_erf(const in T x) { return robust_erf(x); }
#endif
#if !defined(F64)
T op_gelu(const in T x) { return (((x < T(-40.0)) ? T(-40.0) : x) * robust_normal_cdf(x)); }
#endif
T op_softplus(const in T x) { return (((T(0.0) < x) ? x : T(0.0)) + robust_log1p(exp(((x < T(0.0)) ? x : (-x))))); }
T op_reciprocal(const in T x) { return (T(1.0) / x); }
T op_neg(const in T x) { return (-x); }
T op_abs(const in T x) { return ((x <= T(0.0)) ? (T(0.0) - x) : x); }
T op_sign(const in T x) { return ((x < T(0.0)) ? (-T(1.0)) : ((T(0.0) < x) ? T(1.0) : x)); }
T op_square(const in T x) { return (x * x); }
T op_relu(const in T x) { return ((x < T(0.0)) ? T(0.0) : x); }
T op_floor(const in T x) { return round_down(x); }
T op_ceil(const in T x) { return round_up(x); }
T op_round(const in T x) { return round_even(x); }
T op_trunc(const in T x) { return round_to_zero(x); }
T op_add(const in T a, const in T b) { return (a + b); }
T op_sub(const in T a, const in T b) { return (a - b); }
T op_mul(const in T a, const in T b) { return (a * b); }
T op_div(const in T a, const in T b) { return (a / b); }
T op_maximum(const in T a, const in T b) { return (((b < a) || isnan(a)) ? a : b); }
T op_minimum(const in T a, const in T b) { return (((a < b) || isnan(a)) ? a : b); }
#if defined(FLOATS) && !defined(F64)
T op_pow(const in T a, const in T b) { return robust_pow(a, b); }
#endif
#if !defined(F64)
T op_atan2(const in T a, const in T b) { return robust_atan2(a, b); }
#endif
#if defined(FLOATS) && !defined(F64)
T op_remainder(const in T a, const in T b) { return robust_remainder(a, b); }
#endif
#if defined(FLOATS) && !defined(F64)
T op_floor_divide(const in T a, const in T b) { return robust_floor_divide(a, b); }
#endif
bool op_isnan(const in T x) { return isnan(x); }
bool op_isinf(const in T x) { return is_infinite(x); }
bool op_isfinite(const in T x) { return (!(isnan(x) || is_infinite(x))); }
bool op_eq(const in T a, const in T b) { return (a == b); }
bool op_ne(const in T a, const in T b) { return (!(a == b)); }
bool op_lt(const in T a, const in T b) { return (a < b); }
bool op_le(const in T a, const in T b) { return (a <= b); }
bool op_gt(const in T a, const in T b) { return (b < a); }
bool op_ge(const in T a, const in T b) { return (b <= a); }
bool op_logical_not(const in bool x) { return (!x); }
bool op_logical_and(const in bool a, const in bool b) { return (a && b); }
bool op_logical_or(const in bool a, const in bool b) { return (a || b); }
bool op_logical_xor(const in bool a, const in bool b) { return (a != b); }
T op_lerp(const in T start, const in T end, const in T weight) { return ((weight < T(0.5)) ? (start + (T(2.0) * (weight * ((end * T(0.5)) - (start * T(0.5)))))) : (end - (T(2.0) * (((end * T(0.5)) - (start * T(0.5))) * (T(1.0) - weight))))); }
T op_clamp(const in T x, const in T low, const in T high) { return ((((((low < x) || isnan(x)) ? x : low) < high) || isnan((((low < x) || isnan(x)) ? x : low))) ? (((low < x) || isnan(x)) ? x : low) : high); }
T op_select(const in bool c, const in T a, const in T b) { return (c ? a : b); }
void call_all(inout T x, inout bool c) {
    x = op_exp(x);
    x = op_log(x);
#if !defined(F64)
    x = op_exp2(x);
#endif
    x = op_expm1(x);
    x = op_log2(x);
    x = op_log10(x);
    x = op_log1p(x);
    x = op_sqrt(x);
    x = op_rsqrt(x);
#if !defined(F64)
    x = op_sin(x);
#endif
#if !defined(F64)
    x = op_cos(x);
#endif
#if !defined(F64)
    x = op_tan(x);
#endif
#if !defined(F64)
    x = op_asin(x);
#endif
#if !defined(F64)
    x = op_acos(x);
#endif
#if !defined(F64)
    x = op_atan(x);
#endif
    x = op_sinh(x);
    x = op_cosh(x);
    x = op_tanh(x);
    x = op_sigmoid(x);
    x = op_silu(x);
#if !defined(F64)
    x = op_erf(x);
#endif
#if !defined(F64)
    x = op_gelu(x);
#endif
    x = op_softplus(x);
    x = op_reciprocal(x);
    x = op_neg(x);
    x = op_abs(x);
    x = op_sign(x);
    x = op_square(x);
    x = op_relu(x);
    x = op_floor(x);
    x = op_ceil(x);
    x = op_round(x);
    x = op_trunc(x);
    x = op_add(x, x);
    x = op_sub(x, x);
    x = op_mul(x, x);
    x = op_div(x, x);
    x = op_maximum(x, x);
    x = op_minimum(x, x);
#if defined(FLOATS) && !defined(F64)
    x = op_pow(x, x);
#endif
#if !defined(F64)
    x = op_atan2(x, x);
#endif
#if defined(FLOATS) && !defined(F64)
    x = op_remainder(x, x);
#endif
#if defined(FLOATS) && !defined(F64)
    x = op_floor_divide(x, x);
#endif
    c = op_isnan(x);
    c = op_isinf(x);
    c = op_isfinite(x);
    c = op_eq(x, x);
    c = op_ne(x, x);
    c = op_lt(x, x);
    c = op_le(x, x);
    c = op_gt(x, x);
    c = op_ge(x, x);
    c = op_logical_not(c);
    c = op_logical_and(c, c);
    c = op_logical_or(c, c);
    c = op_logical_xor(c, c);
    x = op_lerp(x, x, x);
    x = op_clamp(x, x, x);
    x = op_select(c, x, x);
}
