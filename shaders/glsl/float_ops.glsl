// Functions of floats that the op table names, where the built-in ones are not good enough.

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
