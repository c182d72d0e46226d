#include <cstdint>

// Returns 1 where an index lies outside of the table. Negative ones count from its end.
extern "C" int bags(const float *__restrict table, const int64_t *__restrict indices, const float *__restrict weights,
                    float *__restrict out, int64_t count, int64_t size, int64_t entries, int64_t features) {
    for (int64_t bag = 0; bag < count; bag++) {
        float *sum = out + bag * features;
        for (int64_t i = 0; i < features; i++) sum[i] = 0.0f;
        for (int64_t each = bag * size; each < (bag + 1) * size; each++) {
            const int64_t index = indices[each] < 0 ? indices[each] + entries : indices[each];
            if (index < 0 || index >= entries) return 1;
            const float weight = weights[each], *row = table + index * features;
            for (int64_t i = 0; i < features; i++) sum[i] += weight * row[i];
        }
    }
    return 0;
}
