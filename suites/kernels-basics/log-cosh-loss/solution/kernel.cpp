#include <cmath>
#include <cstdint>
#include <cstring>

// e^x to about one unit in the last place: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2], in a form that compilers
// vectorise. The scale is put on in two steps, so that denormal results and infinity come out by themselves.
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
    const int32_t k = (int32_t)n, half = k >> 1;
    const int32_t low = (half + 127) << 23, high = (k - half + 127) << 23;
    float s, t;
    std::memcpy(&s, &low, 4);
    std::memcpy(&t, &high, 4);
    return p * s * t;
}

// log((1 + e) / 2) for e in [0, 1]: with s = (e - 1) / (e + 3) it is 2 artanh(s), and |s| is at most 1/3, so the series is
// short. It is exactly 0 for e = 1.
static inline float log_mean(float e) {
    const float s = (e - 1.0f) / (e + 3.0f), q = s * s;
    float p = 2.0f / 15.0f;
    p = p * q + 2.0f / 13.0f;
    p = p * q + 2.0f / 11.0f;
    p = p * q + 2.0f / 9.0f;
    p = p * q + 2.0f / 7.0f;
    p = p * q + 2.0f / 5.0f;
    p = p * q + 2.0f / 3.0f;
    p = p * q + 2.0f;
    return p * s;
}

// The mean. Sums of 4,096 elements are kept in single precision, their sum in double.
extern "C" double loss(const float *__restrict prediction, const float *__restrict target, int64_t n) {
    double total = 0.0;
    for (int64_t start = 0; start < n; start += 4096) {
        const int64_t end = start + 4096 < n ? start + 4096 : n;
        float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = start; i < end; i++) {
            const float d = std::fabs(prediction[i] - target[i]);
            // log 2 is added and taken away as in the problem: what is lost of a tiny d is lost there too.
            sum += (d + 0.69314718f + log_mean(exponential(-2.0f * d))) - 0.69314718f;
        }
        total += sum;
    }
    return total / (double)n;
}
