#include <cmath>
#include <cstdint>

extern "C" void chain(const float *__restrict x, const float *__restrict gain, const float *__restrict shift,
                      float *__restrict out, int64_t rows, int64_t columns, float slope) {
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t i = 0; i < columns; i++) {
            float h = x[row * columns + i] * gain[i] + shift[i];
            h = h > 0.0f ? h : slope * h;
            out[row * columns + i] = h / (1.0f + std::fabs(h));
        }
    }
}
