// i / dim for an i below 2^31, by way of a float that is nearly that: what it misses is made up for, then the last one. Lanes of a CPU
// have no instruction that divides integers, and take turns at the one that their core has. For where there is no room to be told more
// than the dim; a factor that the host has made (axes.glsl) is shorter.
uint over(const in uint i, const in uint dim) {
    float inverse = 1.0 / float(dim);
    int by = int(float(int(i)) * inverse), rest = int(i) - by * int(dim);
    int more = int(floor(float(rest) * inverse));
    rest -= more * int(dim);
    return uint(by + more + (rest < 0 ? -1 : rest >= int(dim) ? 1 : 0));
}
