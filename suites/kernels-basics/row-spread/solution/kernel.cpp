#include <cmath>
#include <cstdint>

// A row stays in the first cache between the two passes.
extern "C" void spread(const float *__restrict x, float *__restrict out, int64_t rows, int64_t columns) {
    for (int64_t row = 0; row < rows; row++) {
        const float *here = x + row * columns;
        float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < columns; i++) sum += std::fabs(here[i]);
        const float mean = sum / (float)columns;
        float squares = 0.0f;
#pragma omp simd reduction(+ : squares)
        for (int64_t i = 0; i < columns; i++) {
            const float centred = std::fabs(here[i]) - mean;
            squares += centred * centred;
        }
        out[row] = std::sqrt(squares / (float)columns);
    }
}
