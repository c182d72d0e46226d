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

// Scores of one query with the keys 0..seen-1, eight blocks of 16 keys at a time being one register each. Keys are
// transposed, so that neighbours are neighbours in memory.
static void row_of_scores(const float *query, const float *__restrict keys, float *__restrict scores, int64_t length,
                          int64_t seen, int64_t width, float scale) {
    constexpr int64_t block = 64;
    for (int64_t left = 0; left < seen; left += block) {
        const int64_t count = left + block < length ? block : length - left;
        float sum[block] = {};
        if (count == block) {
            for (int64_t k = 0; k < width; k++)
                for (int64_t j = 0; j < block; j++) sum[j] += query[k] * keys[k * length + left + j];
        } else {
            for (int64_t k = 0; k < width; k++)
                for (int64_t j = 0; j < count; j++) sum[j] += query[k] * keys[k * length + left + j];
        }
        for (int64_t j = 0; j < count; j++) scores[left + j] = sum[j] * scale;
    }
}

// The sum of the first `seen` values by their weights, over the sum of the weights.
template <int64_t Width>
static void mix(const float *weights, const float *__restrict values, float *__restrict out, int64_t seen, float share) {
    float sum[Width] = {};
    for (int64_t j = 0; j < seen; j++)
        for (int64_t i = 0; i < Width; i++) sum[i] += weights[j] * values[j * Width + i];
    for (int64_t i = 0; i < Width; i++) out[i] = sum[i] * share;
}

static void mix_any(const float *weights, const float *__restrict values, float *__restrict out, int64_t seen,
                    float share, int64_t width) {
    for (int64_t i = 0; i < width; i++) out[i] = 0.0f;
    for (int64_t j = 0; j < seen; j++)
        for (int64_t i = 0; i < width; i++) out[i] += weights[j] * values[j * width + i];
    for (int64_t i = 0; i < width; i++) out[i] *= share;
}

extern "C" void attention(const float *q, const float *k, const float *v, float *out, int64_t heads, int64_t length,
                          int64_t width) {
    std::vector<float> turned((size_t)(length * width)), row((size_t)length);
    float *scores = row.data();
    const float scale = 1.0f / std::sqrt((float)width);
    for (int64_t head = 0; head < heads; head++) {
        const int64_t start = head * length * width;
        for (int64_t j = 0; j < length; j++)
            for (int64_t i = 0; i < width; i++) turned[i * length + j] = k[start + j * width + i];
        for (int64_t i = 0; i < length; i++) {
            const int64_t seen = i + 1;
            row_of_scores(q + start + i * width, turned.data(), scores, length, seen, width, scale);
            float most = -INFINITY, sum = 0.0f;
#pragma omp simd reduction(max : most)
            for (int64_t j = 0; j < seen; j++) most = scores[j] > most ? scores[j] : most;
#pragma omp simd reduction(+ : sum)
            for (int64_t j = 0; j < seen; j++) {
                scores[j] = exponential(scores[j] - most);
                sum += scores[j];
            }
            float *to = out + start + i * width;
            if (width == 32) mix<32>(scores, v + start, to, seen, 1.0f / sum);
            else mix_any(scores, v + start, to, seen, 1.0f / sum, width);
        }
    }
}
