"""Functions in C++ that compilers vectorise, each with those that it needs."""

CHOOSE = """
// A choice by bits: compilers make no branch of it, so that a loop with two costly sides stays vectorised.
static inline float choose(bool first, float a, float b) {
    int32_t x, y;
    std::memcpy(&x, &a, 4);
    std::memcpy(&y, &b, 4);
    const int32_t mask = -(int32_t)first, bits = (x & mask) | (y & ~mask);
    float result;
    std::memcpy(&result, &bits, 4);
    return result;
}
"""
EXPONENTIAL = """
// 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2]; the scale in two steps, for denormal results and infinity.
static inline float exponential(float x) {
    float y = x < -104.0f ? -104.0f : x;
    y = y > 89.0f ? 89.0f : y;
    const float n = std::rint(y * 1.44269504f);
    const float r = y - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const int32_t k = (int32_t)n, half = k >> 1, low = (half + 127) << 23, high = (k - half + 127) << 23;
    float s, t;
    std::memcpy(&s, &low, 4);
    std::memcpy(&t, &high, 4);
    return p * s * t;
}
"""
LESS_ONE = """
// e^x - 1, by a polynomial where the difference would lose digits.
static inline float less_one(float x) {
    float p = 1.0f / 5040;
    p = p * x + 1.0f / 720;
    p = p * x + 1.0f / 120;
    p = p * x + 1.0f / 24;
    p = p * x + 1.0f / 6;
    p = p * x + 0.5f;
    p = p * x * x + x;
    return choose(std::fabs(x) < 0.5f, p, exponential(x) - 1.0f);
}
"""
LOGARITHM = """
// x = 2^k m with m in [sqrt(1/2), sqrt(2)), and log m = 2 artanh((m - 1) / (m + 1)).
static inline float logarithm(float x) {
    const bool small = x < 1.17549435e-38f;
    const float y = small ? x * 8388608.0f : x;
    int32_t bits;
    std::memcpy(&bits, &y, 4);
    const int32_t shifted = bits - 0x3f3504f3, k = shifted >> 23, rest = bits - (k << 23);
    float m;
    std::memcpy(&m, &rest, 4);
    const float s = (m - 1.0f) / (m + 1.0f), q = s * s, e = (float)k - (small ? 23.0f : 0.0f);
    float p = 2.0f / 9;
    p = p * q + 2.0f / 7;
    p = p * q + 2.0f / 5;
    p = p * q + 2.0f / 3;
    const float result = e * 0.693359375f + (s * (p * q + 2.0f) - e * 2.12194440e-4f);
    const float special = x == 0.0f ? -INFINITY : x < 0.0f ? NAN : x;
    return choose(x > 0.0f && x < INFINITY, result, special);
}
"""
ONE_PLUS = """
// log(1 + x): what rounding took of 1 + x is put back.
static inline float one_plus(float x) {
    const float u = 1.0f + x, d = u - 1.0f, l = logarithm(u);
    const float corrected = choose(d == 0.0f, x, l * (x / d));
    return choose(u < INFINITY, corrected, u);
}
"""
TANGENT = """
static inline float tangent(float x) {
    const float a = std::fabs(x), z = x * x;
    float p = -5.70498872745e-3f;
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    const float far = 1.0f - 2.0f / (exponential(2.0f * a) + 1.0f);
    return choose(a < 0.625f, p * z * x + x, std::copysign(far, x));
}
"""
LOGISTIC = """
static inline float logistic(float x) { return 1.0f / (1.0f + exponential(-x)); }
"""
TAIL = """
// The error function with an error of some 1e-7 beside 1, which is enough where 1 is added to it: a polynomial in
// t = 1 / (1 + |x| / 2) in the exponent (Press et al., Numerical Recipes, erfcc).
static inline float error_beside_one(float x) {
    const float a = std::fabs(x), t = 1.0f / (1.0f + 0.5f * a);
    float p = 0.17087277f;
    p = p * t - 0.82215223f;
    p = p * t + 1.48851587f;
    p = p * t - 1.13520398f;
    p = p * t + 0.27886807f;
    p = p * t - 0.18628806f;
    p = p * t + 0.09678418f;
    p = p * t + 0.37409196f;
    p = p * t + 1.00002368f;
    p = p * t - 1.26551223f;
    return std::copysign(1.0f - t * exponential(p - a * a), x);
}
"""
ERROR = """
// Its series near zero, so that small numbers keep all of their digits.
static inline float error_function(float x) {
    const float z = -x * x;
    float p = 1.0f / 685440;
    p = p * z + 1.0f / 75600;
    p = p * z + 1.0f / 9360;
    p = p * z + 1.0f / 1320;
    p = p * z + 1.0f / 216;
    p = p * z + 1.0f / 42;
    p = p * z + 1.0f / 10;
    p = p * z + 1.0f / 3;
    p = (p * z + 1.0f) * x * 1.12837917f;
    return choose(std::fabs(x) < 1.0f, p, error_beside_one(x));
}
"""
SCAN = """
typedef float Lanes __attribute__((vector_size(32)));
typedef int32_t Picks __attribute__((vector_size(32)));

// Cumulative sums in place, eight elements at a time: neighbours, pairs, fours, and what came before.
static inline void cumulate(float *values, int64_t n) {
    const Lanes zero = {};
    Lanes before = {};
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        Lanes v;
        std::memcpy(&v, values + i, sizeof v);
        v += __builtin_shuffle(zero, v, (Picks){0, 8, 9, 10, 11, 12, 13, 14});
        v += __builtin_shuffle(zero, v, (Picks){0, 0, 8, 9, 10, 11, 12, 13});
        v += __builtin_shuffle(zero, v, (Picks){0, 0, 0, 0, 8, 9, 10, 11});
        v += before;
        std::memcpy(values + i, &v, sizeof v);
        before = __builtin_shuffle(v, (Picks){7, 7, 7, 7, 7, 7, 7, 7});
    }
    float sum = before[0];
    for (; i < n; i++) values[i] = sum += values[i];
}
"""
SOURCES = {
    "choose": (CHOOSE, ()),
    "exponential": (EXPONENTIAL, ()),
    "less_one": (LESS_ONE, ("choose", "exponential")),
    "logarithm": (LOGARITHM, ("choose",)),
    "one_plus": (ONE_PLUS, ("choose", "logarithm")),
    "tangent": (TANGENT, ("choose", "exponential")),
    "logistic": (LOGISTIC, ("exponential",)),
    "error_beside_one": (TAIL, ("exponential",)),
    "error_function": (ERROR, ("choose", "exponential", "error_beside_one")),
    "cumulate": (SCAN, ()),
}


def sources(names):
    """The text of the functions with these names, and of what they need, in order."""
    wanted = set(names)
    for name in names:
        wanted |= set(SOURCES[name][1])
    return "".join(text for name, (text, _) in SOURCES.items() if name in wanted)
