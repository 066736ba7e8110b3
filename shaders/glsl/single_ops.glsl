// Functions of single floats, from exp, log, exp2 and sqrt alone: the others of the specification may be off by 2^-11 and
// know no large arguments. Coefficients that are no series are Chebyshev fits, made in 50 digits.
#define NOT_A_NUMBER uintBitsToFloat(0x7fc00000u)
#define INFINITE uintBitsToFloat(0x7f800000u)
#define PI 3.14159265358979
#define PI_2 1.57079632679490

bool is_negative(float x) { return (floatBitsToUint(x) >> 31) != 0u; }
float with_sign(float x, bool negative) { return uintBitsToFloat((floatBitsToUint(x) & 0x7fffffffu) | (negative ? 0x80000000u : 0u)); }

float robust_exp2(float x) { return isnan(x) ? x : exp2(x); }
float robust_log2(float x) { return log2(x); }
float robust_log10(float x) { return log2(x) * 0.301029995664; }

float robust_log1p(float x) {
    if (!(abs(x) < 0.5)) return log(1.0 + x);
    // 2 artanh of what is at most a third.
    float s = x / (2.0 + x), q = s * s, y = 1.0 / 15.0;
    [[unroll]] for (int n = 13; n > 0; n -= 2) y = y * q + 1.0 / float(n);
    return 2.0 * s * y;
}

float robust_expm1(float x) {
    if (!(abs(x) < 0.5)) return exp(x) - 1.0;
    float y = 1.0;
    [[unroll]] for (int n = 9; n > 1; n--) y = 1.0 + x / float(n) * y;
    return x * y;
}

float robust_sinh(float x) {
    float a = abs(x), e = robust_expm1(a), y = 0.5 * (e + e / (e + 1.0));
    if (a > 80.0) {
        float h = exp(0.5 * a);
        y = 0.5 * h * h;
    }
    return with_sign(y, is_negative(x));
}

float robust_cosh(float x) {
    float a = abs(x), h = exp(0.5 * a);
    return a > 80.0 ? 0.5 * h * h : 0.5 * (exp(a) + exp(-a));
}

// 2 / pi as a binary fraction, after a word of zeros.
const uint TWO_OVER_PI[8] = uint[](0u, 0xA2F9836Eu, 0x4E441529u, 0xFC2757D1u, 0xF534DDC0u, 0xDB629599u, 0x3C439041u, 0xFE5163ABu);

// What is left of x beyond the nearest multiple of pi/2, and the multiple modulo 4.
float quarter_turns(float x, out uint turns) {
    float a = abs(x), r;
    if (a < 1000.0) {
        float n = floor(a * 0.636619772 + 0.5);
        turns = uint(n);
        // pi/2 in parts whose products with n are exact.
        precise float left = a - n * 1.5703125;
        left = left - n * 4.83751296997e-4;
        left = left - n * 7.54978995489e-8;
        r = left;
    } else {
        // After Payne and Hanek: of the product of the significand and 2 / pi only the 96 bits that matter. Infinities and NaN
        // have been dealt with.
        uint bits = floatBitsToUint(a), significand = (bits & 0x7fffffu) | 0x800000u;
        uint from = (bits >> 23) - 150u + 30u, word = from >> 5, shift = from & 31u, w[3];
        [[unroll]] for (uint i = 0u; i < 3u; i++) {
            w[i] = TWO_OVER_PI[word + i] << shift;
            if (shift != 0u) w[i] |= TWO_OVER_PI[word + i + 1u] >> (32u - shift);
        }
        uint p0, p1, high, carry;
        umulExtended(w[2], significand, high, p0);
        p1 = uaddCarry(w[1] * significand, high, carry);
        uint top, unused;
        umulExtended(w[1], significand, top, unused);
        uint p2 = w[0] * significand + top + carry;
        turns = p2 >> 30;
        uint fraction = (p2 << 2) | (p1 >> 30), rest = (p1 << 2) | (p0 >> 30);
        turns += fraction >> 31;
        // Signed: from -1/2 to 1/2 of a quarter turn.
        r = (float(int(fraction)) * 2.3283064365386963e-10 + float(rest) * 5.421010862427522e-20) * PI_2;
    }
    if (x < 0.0) {
        turns = 0u - turns;
        r = -r;
    }
    return r;
}

float near_sin(float r) {
    float z = r * r;
    return r + r * z * (-0.16666666666 + z * (8.33333187e-3 + z * (-1.98400844e-4 + z * 2.7249620e-6)));
}
float near_cos(float r) {
    float z = r * r;
    return 1.0 - (0.5 * z - z * z * (4.1666666664e-2 + z * (-1.38888877e-3 + z * (2.48005984e-5 - z * 2.7300704e-7))));
}

float robust_sin(float x) {
    if (isnan(x) || is_infinite(x)) return NOT_A_NUMBER;
    uint turns;
    float r = quarter_turns(x, turns), y = (turns & 1u) != 0u ? near_cos(r) : near_sin(r);
    return (turns & 2u) != 0u ? -y : y;
}

float robust_cos(float x) {
    if (isnan(x) || is_infinite(x)) return NOT_A_NUMBER;
    uint turns;
    float r = quarter_turns(x, turns), y = (turns & 1u) != 0u ? near_sin(r) : near_cos(r);
    return ((turns + 1u) & 2u) != 0u ? -y : y;
}

float robust_tan(float x) {
    if (isnan(x) || is_infinite(x)) return NOT_A_NUMBER;
    uint turns;
    float r = quarter_turns(x, turns), s = near_sin(r), c = near_cos(r);
    return (turns & 1u) != 0u ? -c / s : s / c;
}

float robust_atan(float x) {
    float a = abs(x), base = 0.0, t = a;
    if (a > 2.41421356) {
        base = PI_2;
        t = -1.0 / a;
    } else if (a > 0.41421356) {
        base = 0.5 * PI_2;
        t = (a - 1.0) / (a + 1.0);
    }
    float q = t * t;
    float y = base + (t + t * q * (-0.333332864 + q * (0.199912199 + q * (-0.140238001 + q * 0.0851890507))));
    return isnan(x) ? x : with_sign(y, is_negative(x));
}

float robust_atan2(float y, float x) {
    if (isnan(x) || isnan(y)) return NOT_A_NUMBER;
    float a = abs(x), b = abs(y), t;
    if (is_infinite(a) && is_infinite(b)) t = 0.5 * PI_2;
    else if (b == 0.0) t = 0.0;
    else t = b > a ? PI_2 - robust_atan(a / b) : robust_atan(b / a);
    return with_sign(is_negative(x) ? PI - t : t, is_negative(y));
}

// Of 0 to 1/2.
float near_asin(float x) {
    float z = x * x;
    return x + x * z * (0.166666724 + z * (0.0749885507 + z * (0.0450013801 + z * (0.0265545422 + z * 0.0380850236))));
}

float robust_asin(float x) {
    float a = abs(x);
    if (isnan(x) || a > 1.0) return NOT_A_NUMBER;
    float y = a <= 0.5 ? near_asin(a) : PI_2 - 2.0 * near_asin(sqrt(0.5 * (1.0 - a)));
    return with_sign(y, is_negative(x));
}

float robust_acos(float x) {
    if (isnan(x) || abs(x) > 1.0) return NOT_A_NUMBER;
    if (x > 0.5) return 2.0 * near_asin(sqrt(0.5 * (1.0 - x)));
    if (x < -0.5) return PI - 2.0 * near_asin(sqrt(0.5 * (1.0 + x)));
    return x < 0.0 ? PI_2 + near_asin(-x) : PI_2 - near_asin(x);
}

// Of -1 to 1.
float near_erf(float x) {
    float z = x * x;
    return x * (1.12837917 + z * (-0.376126267 + z * (0.112835947 + z * (-0.0268542120 + z * (5.18908742e-3 + z * (-8.01686429e-4 + z * 7.87587506e-5))))));
}

float robust_erfc(float x) {
    float a = abs(x);
    if (isnan(x)) return x;
    if (a < 1.0) return 1.0 - near_erf(x);
    float y = 0.0;
    if (a < 11.0) {
        // e^(a^2) erfc(a) in u, and e^(-a^2) from a square that is exact and the small rest.
        float u = 1.0 / (1.0 + 0.5 * a);
        float g = 0.0777010538;
        g = g * u - 0.175070713;
        g = g * u + 0.0119101540;
        g = g * u + 0.114861381;
        g = g * u + 0.153927007;
        g = g * u + 0.254048096;
        g = g * u + 0.280823579;
        g = g * u + 0.282213197;
        g = g * u - 4.56079645e-6;
        float h = uintBitsToFloat(floatBitsToUint(a) & 0xfffff000u);
        y = exp(-h * h) * exp(-(a - h) * (a + h)) * g;
    }
    return x < 0.0 ? 2.0 - y : y;
}

float robust_erf(float x) {
    if (abs(x) < 1.0) return near_erf(x);
    return isnan(x) ? x : with_sign(1.0 - robust_erfc(abs(x)), is_negative(x));
}

float robust_normal_cdf(float x) { return 0.5 * robust_erfc(-0.707106781187 * x); }

// s^b of a positive finite s: 2^(b log2(s)), where the exponent's share of the product is exact.
float positive_pow(float s, float b) {
    float whole = 0.0;
    if (s < 1.17549435e-38) {
        s *= 16777216.0;
        whole = -24.0;
    }
    uint bits = floatBitsToUint(s);
    float m = uintBitsToFloat((bits & 0x7fffffu) | 0x3f800000u);
    whole += float(int(bits >> 23) - 127);
    if (m > 1.41421356) {
        m *= 0.5;
        whole += 1.0;
    }
    float t = (m - 1.0) / (m + 1.0), q = t * t;
    float part = t * (2.88539008 + q * (0.961796694 + q * (0.577078016 + q * (0.412198583 + q * 0.320598898))));
    float total = b * (whole + part);
    if (total > 129.0) return INFINITE;
    if (total < -151.0) return 0.0;
    float n = roundEven(total), high = uintBitsToFloat(floatBitsToUint(b) & 0xfffff000u);
    precise float left = (high * whole - n) + ((b - high) * whole + b * part);
    int k = int(n), half_way = k / 2;
    return exp2(left) * uintBitsToFloat(uint(127 + half_way) << 23) * uintBitsToFloat(uint(127 + k - half_way) << 23);
}

float robust_pow(float a, float b) {
    if (b == 0.0 || a == 1.0) return 1.0;
    if (isnan(a) || isnan(b)) return NOT_A_NUMBER;
    float s = abs(a), y;
    bool whole = abs(b) >= 8388608.0 || floor(b) == b;
    bool odd = whole && abs(b) < 16777216.0 && (int(b) & 1) != 0;
    if (is_infinite(b)) y = s == 1.0 ? 1.0 : (s > 1.0) == (b > 0.0) ? INFINITE : 0.0;
    else if (s == 0.0 || is_infinite(s)) y = (s == 0.0) == (b < 0.0) ? INFINITE : 0.0;
    else if (is_negative(a) && !whole) return NOT_A_NUMBER;
    else y = positive_pow(s, b);
    return is_negative(a) && odd ? -y : y;
}

// What truncated division leaves, exactly: long division of the significands, a bit at a time.
float truncated_remainder(float a, float b) {
    uint x = floatBitsToUint(a) & 0x7fffffffu, y = floatBitsToUint(b) & 0x7fffffffu;
    if (x >= 0x7f800000u || y > 0x7f800000u || y == 0u) return NOT_A_NUMBER;
    if (x < y) return a;
    int ex = int(x >> 23), ey = int(y >> 23);
    uint mx = x & 0x7fffffu, my = y & 0x7fffffu;
    if (ex > 0) mx |= 0x800000u;
    else ex = 1;
    if (ey > 0) my |= 0x800000u;
    else ey = 1;
    int up = 23 - findMSB(my);
    my <<= up;
    ey -= up;
    up = 23 - findMSB(mx);
    mx <<= up;
    ex -= up;
    for (; ex > ey; ex--) {
        if (mx >= my) mx -= my;
        mx <<= 1;
    }
    if (mx >= my) mx -= my;
    if (mx == 0u) return with_sign(0.0, is_negative(a));
    up = 23 - findMSB(mx);
    mx <<= up;
    ey -= up;
    uint bits = ey > 0 ? (uint(ey) << 23) | (mx & 0x7fffffu) : mx >> uint(1 - ey);
    return with_sign(uintBitsToFloat(bits), is_negative(a));
}

float robust_remainder(float a, float b) {
    float left = truncated_remainder(a, b);
    if (isnan(left)) return left;
    if ((floatBitsToUint(left) << 1) == 0u) return with_sign(0.0, is_negative(b));
    return is_negative(left) != is_negative(b) ? left + b : left;
}

float robust_floor_divide(float a, float b) {
    if (b == 0.0) return a / b;
    float left = truncated_remainder(a, b);
    if (isnan(left)) return left;
    float y = roundEven((a - left) / b);
    if ((floatBitsToUint(left) << 1) != 0u && is_negative(left) != is_negative(b)) y -= 1.0;
    return y == 0.0 ? with_sign(0.0, is_negative(a) != is_negative(b)) : y;
}
