#include <cmath>
#include <cstdint>

extern "C" void rms_norm(const float *__restrict x, const float *__restrict weight, float *__restrict out,
                         int64_t rows, int64_t columns, float eps) {
    for (int64_t row = 0; row < rows; row++) {
        const float *from = x + row * columns;
        float *to = out + row * columns;
        float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < columns; i++) sum += from[i] * from[i];
        const float scale = 1.0f / std::sqrt(sum / (float)columns + eps);
        for (int64_t i = 0; i < columns; i++) to[i] = from[i] * scale * weight[i];
    }
}
