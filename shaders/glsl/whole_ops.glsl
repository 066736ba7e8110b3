// Rounding to integers, which leaves integers alone, and shifts.
#if defined(FLOATS)
T round_down(T x) { return floor(x); }
T round_up(T x) { return ceil(x); }
T round_even(T x) { return roundEven(x); }
T round_to_zero(T x) { return trunc(x); }
#else
T round_down(T x) { return x; }
T round_up(T x) { return x; }
T round_even(T x) { return x; }
T round_to_zero(T x) { return x; }

#define BITS T(S_BYTES * 8)
T shift_left(T a, T b) { return b >= T(0) && b < BITS ? a << int(b) : T(0); }
T shift_right(T a, T b) { return b >= T(0) && b < BITS ? a >> int(b) : a < T(0) ? ~T(0) : T(0); }
#endif
