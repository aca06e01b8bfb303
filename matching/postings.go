package matching

import "encoding/binary"

// postings are the slots of a shelf under one key, each as its distance from the one before: a byte or two. Slots only
// grow.
type postings struct {
	written []byte
	last    uint32
	n       uint32
}

func (p *postings) add(slot uint32) {
	p.written = binary.AppendUvarint(roomy(p.written, binary.MaxVarintLen32), uint64(slot-p.last))
	p.last = slot
	p.n++
}

// each slot, the oldest first.
func (p *postings) each(do func(slot uint32)) {
	slot := uint32(0)
	for at := 0; at < len(p.written); {
		step, size := uint32(p.written[at]), 1
		if step >= 1<<7 {
			long, n := binary.Uvarint(p.written[at:])
			step, size = uint32(long), n
		}
		at += size
		slot += step
		do(slot)
	}
}
