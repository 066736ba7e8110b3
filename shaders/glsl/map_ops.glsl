// Made from the op table by shaders/tests/generated.rs; BLESS=1 cargo test -p shaders rewrites it.
T map_op(uint op, T p, T q) {
    switch (op) {
#if defined(FLOATS)
    // exp
    case 0u: { T x = p; return exp(x); }
    // log
    case 1u: { T x = p; return log(x); }
    // sqrt
    case 2u: { T x = p; return sqrt(x); }
    // rsqrt
    case 3u: { T x = p; return (T(1.0) / sqrt(x)); }
    // tanh
    case 4u: { T x = p; return robust_tanh(x); }
    // sigmoid
    case 5u: { T x = p; return (T(1.0) / (T(1.0) + exp((-x)))); }
    // silu
    case 6u: { T x = p; return (x / (T(1.0) + exp((-x)))); }
    // reciprocal
    case 7u: { T x = p; return (T(1.0) / x); }
    // div
    case 16u: { T a = p; T b = q; return (a / b); }
#endif
    // neg
    case 8u: { T x = p; return (-x); }
    // abs
    case 9u: { T x = p; return ((x <= T(0.0)) ? (T(0.0) - x) : x); }
    // sign
    case 10u: { T x = p; return ((x < T(0.0)) ? (-T(1.0)) : ((T(0.0) < x) ? T(1.0) : x)); }
    // square
    case 11u: { T x = p; return (x * x); }
    // relu
    case 12u: { T x = p; return ((x < T(0.0)) ? T(0.0) : x); }
    // add
    case 13u: { T a = p; T b = q; return (a + b); }
    // sub
    case 14u: { T a = p; T b = q; return (a - b); }
    // mul
    case 15u: { T a = p; T b = q; return (a * b); }
    // maximum
    case 17u: { T a = p; T b = q; return (((b < a) || isnan(a)) ? a : b); }
    // minimum
    case 18u: { T a = p; T b = q; return (((a < b) || isnan(a)) ? a : b); }
    }
    return p;
}
bool compare_op(uint op, T p, T q) {
    switch (op) {
    // eq
    case 19u: { T a = p; T b = q; return (a == b); }
    // ne
    case 20u: { T a = p; T b = q; return (!(a == b)); }
    // lt
    case 21u: { T a = p; T b = q; return (a < b); }
    // le
    case 22u: { T a = p; T b = q; return (a <= b); }
    // gt
    case 23u: { T a = p; T b = q; return (b < a); }
    // ge
    case 24u: { T a = p; T b = q; return (b <= a); }
    }
    return false;
}
bool logic_op(uint op, bool p, bool q) {
    switch (op) {
    // logical_not
    case 25u: { bool x = p; return (!x); }
    // logical_and
    case 26u: { bool a = p; bool b = q; return (a && b); }
    // logical_or
    case 27u: { bool a = p; bool b = q; return (a || b); }
    // logical_xor
    case 28u: { bool a = p; bool b = q; return (a != b); }
    }
    return false;
}
