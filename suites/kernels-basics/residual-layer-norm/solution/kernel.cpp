#include <cmath>
#include <cstdint>

extern "C" void normalise(const float *__restrict x, const float *__restrict residual, const float *__restrict scale,
                          const float *__restrict weight, const float *__restrict bias, float *__restrict out,
                          int64_t rows, int64_t columns, float eps, float slope) {
    for (int64_t row = 0; row < rows; row++) {
        const float *a = x + row * columns, *b = residual + row * columns;
        float *to = out + row * columns;
        float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < columns; i++) {
            to[i] = a[i] + scale[i] * b[i];
            sum += to[i];
        }
        const float mean = sum / (float)columns;
        float squares = 0.0f;
#pragma omp simd reduction(+ : squares)
        for (int64_t i = 0; i < columns; i++) squares += (to[i] - mean) * (to[i] - mean);
        const float factor = 1.0f / std::sqrt(squares / (float)columns + eps);
        for (int64_t i = 0; i < columns; i++) {
            const float h = (to[i] - mean) * factor * weight[i] + bias[i];
            const float other = slope * h;
            // In this order a NaN stays one, as torch.maximum has it.
            to[i] = other > h ? other : h;
        }
    }
}
