// Made from the op table by shaders/tests/generated.rs; BLESS=1 cargo test -p shaders rewrites it.
T map_op(uint op, T p, T q, T r) {
    switch (op) {
#if defined(FLOATS)
    // exp
    case 0u: { T x = p; return exp(x); }
    // log
    case 1u: { T x = p; return log(x); }
#if !defined(F64)
    // exp2
    case 2u: { T x = p; return robust_exp2(x); }
#endif
    // expm1
    case 3u: { T x = p; return robust_expm1(x); }
    // log2
    case 4u: { T x = p; return robust_log2(x); }
    // log10
    case 5u: { T x = p; return robust_log10(x); }
    // log1p
    case 6u: { T x = p; return robust_log1p(x); }
    // sqrt
    case 7u: { T x = p; return sqrt(x); }
    // rsqrt
    case 8u: { T x = p; return (T(1.0) / sqrt(x)); }
#if !defined(F64)
    // sin
    case 9u: { T x = p; return robust_sin(x); }
#endif
#if !defined(F64)
    // cos
    case 10u: { T x = p; return robust_cos(x); }
#endif
#if !defined(F64)
    // tan
    case 11u: { T x = p; return robust_tan(x); }
#endif
#if !defined(F64)
    // asin
    case 12u: { T x = p; return robust_asin(x); }
#endif
#if !defined(F64)
    // acos
    case 13u: { T x = p; return robust_acos(x); }
#endif
#if !defined(F64)
    // atan
    case 14u: { T x = p; return robust_atan(x); }
#endif
    // sinh
    case 15u: { T x = p; return robust_sinh(x); }
    // cosh
    case 16u: { T x = p; return robust_cosh(x); }
    // tanh
    case 17u: { T x = p; return robust_tanh(x); }
    // sigmoid
    case 18u: { T x = p; return (T(1.0) / (T(1.0) + exp((-x)))); }
    // silu
    case 19u: { T x = p; return (x / (T(1.0) + exp((-x)))); }
#if !defined(F64)
    // erf
    case 20u: { T x = p; return robust_erf(x); }
#endif
#if !defined(F64)
    // gelu
    case 21u: { T x = p; return (((x < T(-40.0)) ? T(-40.0) : x) * robust_normal_cdf(x)); }
#endif
    // softplus
    case 22u: { T x = p; return (((T(0.0) < x) ? x : T(0.0)) + robust_log1p(exp(((x < T(0.0)) ? x : (-x))))); }
    // reciprocal
    case 23u: { T x = p; return (T(1.0) / x); }
    // div
    case 36u: { T a = p; T b = q; return (a / b); }
#if !defined(F64)
    // atan2
    case 40u: { T a = p; T b = q; return robust_atan2(a, b); }
#endif
    // lerp
    case 62u: { T start = p; T end = q; T weight = r; return ((weight < T(0.5)) ? (start + (T(2.0) * (weight * ((end * T(0.5)) - (start * T(0.5)))))) : (end - (T(2.0) * (((end * T(0.5)) - (start * T(0.5))) * (T(1.0) - weight))))); }
#endif
    // neg
    case 24u: { T x = p; return (-x); }
    // abs
    case 25u: { T x = p; return ((x <= T(0.0)) ? (T(0.0) - x) : x); }
    // sign
    case 26u: { T x = p; return ((x < T(0.0)) ? (-T(1.0)) : ((T(0.0) < x) ? T(1.0) : x)); }
    // square
    case 27u: { T x = p; return (x * x); }
    // relu
    case 28u: { T x = p; return ((x < T(0.0)) ? T(0.0) : x); }
    // floor
    case 29u: { T x = p; return round_down(x); }
    // ceil
    case 30u: { T x = p; return round_up(x); }
    // round
    case 31u: { T x = p; return round_even(x); }
    // trunc
    case 32u: { T x = p; return round_to_zero(x); }
    // add
    case 33u: { T a = p; T b = q; return (a + b); }
    // sub
    case 34u: { T a = p; T b = q; return (a - b); }
    // mul
    case 35u: { T a = p; T b = q; return (a * b); }
    // maximum
    case 37u: { T a = p; T b = q; return (((b < a) || isnan(a)) ? a : b); }
    // minimum
    case 38u: { T a = p; T b = q; return (((a < b) || isnan(a)) ? a : b); }
#if defined(FLOATS) && !defined(F64)
    // pow
    case 39u: { T a = p; T b = q; return robust_pow(a, b); }
#endif
#if defined(FLOATS) && !defined(F64)
    // remainder
    case 41u: { T a = p; T b = q; return robust_remainder(a, b); }
#endif
#if defined(FLOATS) && !defined(F64)
    // floor_divide
    case 42u: { T a = p; T b = q; return robust_floor_divide(a, b); }
#endif
    // clamp
    case 63u: { T x = p; T low = q; T high = r; return ((((((low < x) || isnan(x)) ? x : low) < high) || isnan((((low < x) || isnan(x)) ? x : low))) ? (((low < x) || isnan(x)) ? x : low) : high); }
#if !defined(FLOATS)
    // bitwise_and
    case 43u: { T a = p; T b = q; return (a & b); }
    // bitwise_or
    case 44u: { T a = p; T b = q; return (a | b); }
    // bitwise_xor
    case 45u: { T a = p; T b = q; return (a ^ b); }
    // bitwise_invert
    case 46u: { T x = p; return (~x); }
    // bitwise_left_shift
    case 47u: { T a = p; T b = q; return shift_left(a, b); }
    // bitwise_right_shift
    case 48u: { T a = p; T b = q; return shift_right(a, b); }
#endif
    }
    return p;
}
bool compare_op(uint op, T p, T q, T r) {
    switch (op) {
    // isnan
    case 49u: { T x = p; return isnan(x); }
    // isinf
    case 50u: { T x = p; return is_infinite(x); }
    // isfinite
    case 51u: { T x = p; return (!(isnan(x) || is_infinite(x))); }
    // eq
    case 52u: { T a = p; T b = q; return (a == b); }
    // ne
    case 53u: { T a = p; T b = q; return (!(a == b)); }
    // lt
    case 54u: { T a = p; T b = q; return (a < b); }
    // le
    case 55u: { T a = p; T b = q; return (a <= b); }
    // gt
    case 56u: { T a = p; T b = q; return (b < a); }
    // ge
    case 57u: { T a = p; T b = q; return (b <= a); }
    }
    return false;
}
bool logic_op(uint op, bool p, bool q, bool r) {
    switch (op) {
    // logical_not
    case 58u: { bool x = p; return (!x); }
    // logical_and
    case 59u: { bool a = p; bool b = q; return (a && b); }
    // logical_or
    case 60u: { bool a = p; bool b = q; return (a || b); }
    // logical_xor
    case 61u: { bool a = p; bool b = q; return (a != b); }
    }
    return false;
}
