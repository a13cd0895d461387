package main

import (
	"math"
	"testing"
)

func TestAHeapGrowsByWhatItHoldsOrByABound(t *testing.T) {
	for _, row := range []struct {
		live uint64
		want int
	}{{0, 400}, {10 << 20, 400}, {16 << 20, 400}, {32 << 20, 200}, {64 << 20, 100}, {128 << 20, 50}, {1 << 30, 25}, {math.MaxUint64, 25}} {
		if got := percentOf(row.live); got != row.want {
			t.Errorf("percentOf(%d MB) = %d, want %d", row.live>>20, got, row.want)
		}
	}
}

func TestWhatLivesIsKnown(t *testing.T) {
	if n := living(); n < 100_000 || n > 4<<30 {
		t.Errorf("%d bytes live", n)
	}
}
