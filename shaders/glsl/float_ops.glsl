// Functions of floats that the op table names, where the built-in ones are not good enough.

#if defined(F64)
// There are no built-in ones for doubles. e^x = 2^k e^r with |r| <= ln(2) / 2, by the series to r^13.
double exp(double x) {
    if (isnan(x)) return x;
    if (x > 709.79) return packDouble2x32(uvec2(0u, 0x7ff00000u));
    if (x < -745.2) return 0.0lf;
    double k = floor(x * 1.4426950408889634lf + 0.5lf);
    double r = (x - k * 0.693147180369123816490lf) - k * 1.90821492927058770002e-10lf;
    double y = 1.0lf / 6227020800.0lf;
    y = y * r + 1.0lf / 479001600.0lf;
    y = y * r + 1.0lf / 39916800.0lf;
    y = y * r + 1.0lf / 3628800.0lf;
    y = y * r + 1.0lf / 362880.0lf;
    y = y * r + 1.0lf / 40320.0lf;
    y = y * r + 1.0lf / 5040.0lf;
    y = y * r + 1.0lf / 720.0lf;
    y = y * r + 1.0lf / 120.0lf;
    y = y * r + 1.0lf / 24.0lf;
    y = y * r + 1.0lf / 6.0lf;
    y = y * r + 0.5lf;
    y = y * r + 1.0lf;
    y = y * r + 1.0lf;
    // In two steps, for 2^k alone may be no normal double.
    int whole = int(k), half_way = whole / 2;
    y *= packDouble2x32(uvec2(0u, uint(1023 + half_way) << 20));
    return y * packDouble2x32(uvec2(0u, uint(1023 + whole - half_way) << 20));
}

// log(2^k m) = k ln(2) + 2 artanh(s) with s = (m - 1) / (m + 1) and m within the square roots of 1/2 and 2.
double log(double x) {
    uvec2 bits = unpackDouble2x32(x);
    if (isnan(x) || bits == uvec2(0u, 0x7ff00000u)) return x;
    if (x < 0.0lf) return packDouble2x32(uvec2(0u, 0x7ff80000u));
    if (x == 0.0lf) return packDouble2x32(uvec2(0u, 0xfff00000u));
    int k = 0;
    if (bits.y < 0x00100000u) {
        bits = unpackDouble2x32(x * 18014398509481984.0lf);
        k = -54;
    }
    k += int(bits.y >> 20) - 1023;
    double m = packDouble2x32(uvec2(bits.x, (bits.y & 0xfffffu) | 0x3ff00000u));
    if (m > 1.4142135623730951lf) {
        m *= 0.5lf;
        k++;
    }
    double s = (m - 1.0lf) / (m + 1.0lf), q = s * s, y = 1.0lf / 21.0lf;
    [[unroll]] for (int n = 19; n > 0; n -= 2) y = y * q + 1.0lf / double(n);
    return (double(k) * 0.693147180369123816490lf + 2.0lf * s * y) + double(k) * 1.90821492927058770002e-10lf;
}

double robust_tanh(double x) {
    double a = abs(x), y;
    if (isnan(x)) return x;
    if (a > 20.0lf) y = 1.0lf;
    else if (a > 0.3lf) y = 1.0lf - 2.0lf / (exp(2.0lf * a) + 1.0lf);
    else {
        // Lambert's continued fraction, good to the last place here.
        double q = a * a;
        y = a / (1.0lf + q / (3.0lf + q / (5.0lf + q / (7.0lf + q / (9.0lf + q / (11.0lf + q / (13.0lf + q / 15.0lf)))))));
    }
    return x < 0.0lf ? -y : y;
}

double robust_log2(double x) { return log(x) * 1.4426950408889634lf; }
double robust_log10(double x) { return log(x) * 0.4342944819032518lf; }
double robust_log1p(double x) {
    double u = 1.0lf + x;
    if (isnan(u) || is_infinite(u)) return log(u);
    // The factor undoes the rounding of the sum.
    return u == 1.0lf ? x : log(u) * (x / (u - 1.0lf));
}
double robust_expm1(double x) {
    if (!(abs(x) < 0.35lf)) return exp(x) - 1.0lf;
    double y = 1.0lf;
    [[unroll]] for (int n = 15; n > 1; n--) y = 1.0lf + x / double(n) * y;
    return x * y;
}
double robust_sinh(double x) {
    double a = abs(x), e = robust_expm1(a), y = 0.5lf * (e + e / (e + 1.0lf));
    if (a > 700.0lf) {
        double h = exp(0.5lf * a);
        y = 0.5lf * h * h;
    }
    return x < 0.0lf ? -y : y;
}
double robust_cosh(double x) {
    double a = abs(x), h = exp(0.5lf * a);
    return a > 700.0lf ? 0.5lf * h * h : 0.5lf * (exp(a) + exp(-a));
}
#endif

// The built-in one overflows for large arguments on some drivers, and loses all digits of small ones.
float robust_tanh(float x) {
    float a = abs(x);
    if (isnan(x)) return x;
    if (a > 9.02) return x < 0.0 ? -1.0 : 1.0;
    if (a < 0.3) {
        // The series to x^11, good to a unit in the last place here.
        float q = x * x;
        return x + x * q * (-0.33333333333 + q * (0.13333333333 + q * (-0.05396825397 + q * (0.02186948854 - q * 0.00886323553))));
    }
    float e = exp(2.0 * a);
    float y = 1.0 - 2.0 / (e + 1.0);
    return x < 0.0 ? -y : y;
}

#if !defined(F64)
#include "single_ops.glsl"
#endif
