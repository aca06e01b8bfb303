package house

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

func TestRoomIsThereWhereLittleIsInUse(t *testing.T) {
	for bytes, want := range map[uint64]int{0: 1600, 4 << 20: 1600, 11 << 20: 550, 40 << 20: 150, 64 << 20: 100, 1 << 30: 100} {
		if got := percentOf(bytes); got != want {
			t.Errorf("%d bytes in use: %d %%, want %d", bytes, got, want)
		}
	}
}

// What a program holds grows and shrinks: where it is much, garbage is collected as Go does.
func TestRoomFollowsWhatIsInUse(t *testing.T) {
	t.Cleanup(func() { debug.SetGCPercent(usualPercent) })
	t.Setenv("GOGC", "")
	GiveRoom()
	collectUntil(t, func(percent uint64) bool { return percent > 2*usualPercent })
	held := make([]byte, 4*room)
	collectUntil(t, func(percent uint64) bool { return percent == usualPercent })
	runtime.KeepAlive(held)
	held = nil
	collectUntil(t, func(percent uint64) bool { return percent > 2*usualPercent })
}

func TestAnOperatorsGOGCIsKept(t *testing.T) {
	t.Cleanup(func() { debug.SetGCPercent(usualPercent) })
	t.Setenv("GOGC", "70")
	debug.SetGCPercent(70) // as it is read when a program starts
	GiveRoom()
	if got := percentNow(); got != 70 {
		t.Errorf("%d %%, want 70", got)
	}
}

func percentNow() uint64 {
	one := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(one)
	return one[0].Value.Uint64()
}

func collectUntil(t *testing.T, enough func(percent uint64) bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !enough(percentNow()); runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatalf("%d %% after a minute", percentNow())
		}
		runtime.Gosched()
	}
}
