#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

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

// One window. Where length and width are constants, everything stays in registers; `turned` has room for the keys and
// `scores` for all scores, so that the exponentials of a window are one loop.
static inline void window(const float *__restrict q, const float *__restrict k, const float *__restrict v,
                          const float *__restrict bias, float *__restrict out, float *__restrict turned,
                          float *__restrict scores, int64_t length, int64_t width, float scale) {
    for (int64_t j = 0; j < length; j++)
        for (int64_t i = 0; i < width; i++) turned[i * length + j] = k[j * width + i];
    for (int64_t i = 0; i < length; i++) {
        float *row = scores + i * length;
        for (int64_t j = 0; j < length; j++) row[j] = 0.0f;
        for (int64_t c = 0; c < width; c++)
            for (int64_t j = 0; j < length; j++) row[j] += q[i * width + c] * turned[c * length + j];
        float most = -INFINITY;
        for (int64_t j = 0; j < length; j++) {
            row[j] = row[j] * scale + bias[i * length + j];
            most = row[j] > most ? row[j] : most;
        }
        for (int64_t j = 0; j < length; j++) row[j] -= most;
    }
    for (int64_t i = 0; i < length * length; i++) scores[i] = exponential(scores[i]);
    for (int64_t i = 0; i < length; i++) {
        float sum = 0.0f;
        for (int64_t j = 0; j < length; j++) sum += scores[i * length + j];
        const float share = 1.0f / sum;
        for (int64_t c = 0; c < width; c++) out[i * width + c] = 0.0f;
        for (int64_t j = 0; j < length; j++)
            for (int64_t c = 0; c < width; c++) out[i * width + c] += scores[i * length + j] * share * v[j * width + c];
    }
}

template <int64_t Length, int64_t Width>
static void fixed(const float *q, const float *k, const float *v, const float *bias, float *out, int64_t windows) {
    float turned[Length * Width], scores[Length * Length];
    const float scale = 1.0f / std::sqrt((float)Width);
    for (int64_t at = 0; at < windows * Length * Width; at += Length * Width)
        window(q + at, k + at, v + at, bias, out + at, turned, scores, Length, Width, scale);
}

extern "C" void attention(const float *q, const float *k, const float *v, const float *bias, float *out,
                          int64_t windows, int64_t length, int64_t width) {
    if (length == 8 && width == 16) return fixed<8, 16>(q, k, v, bias, out, windows);
    std::vector<float> turned((size_t)(length * width)), scores((size_t)(length * length));
    const float scale = 1.0f / std::sqrt((float)width);
    for (int64_t at = 0; at < windows * length * width; at += length * width)
        window(q + at, k + at, v + at, bias, out + at, turned.data(), scores.data(), length, width, scale);
}
