// A function that calls itself DEPTH times over, each call inlined into the one around it.

static volatile unsigned sink;

template <int N> [[gnu::always_inline]] inline unsigned sum(unsigned value) {
    if constexpr (N > 0) {
        unsigned below = sum<N - 1>(value ^ (value >> 7));
        return below * 3 + N;
    } else {
        sink = value;
        return sink + 1;
    }
}

// Others are as the comparison wants it: a dozen functions.
#define OTHER(number) \
    extern "C" [[gnu::noinline]] unsigned other_##number(unsigned value) { return sum<number>(value); }
OTHER(1) OTHER(2) OTHER(3) OTHER(4) OTHER(5) OTHER(6) OTHER(7) OTHER(8) OTHER(9) OTHER(10) OTHER(11) OTHER(12)

extern "C" [[gnu::noinline]] unsigned deepest(unsigned value) { return sum<DEPTH>(value); }

int main(int count, char **) { return static_cast<int>(deepest(count) + other_1(count) + other_12(count)); }
