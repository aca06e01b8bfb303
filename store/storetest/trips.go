package storetest

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
)

// Trips counts how often a program waits for its database: it stands between the two and reads what is asked.
type Trips struct{ n atomic.Int64 }

// Count is the number of round trips so far: of statements, and of groups of statements that were sent together.
func (tr *Trips) Count() int64 { return tr.n.Load() }

// CountTrips is the address of a database, by way of a counter. For tests that promise how often a page asks.
func CountTrips(t testing.TB, address string) (string, *Trips) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	tr, server := &Trips{}, u.Host
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go tr.carry(client, server)
		}
	}()
	u.Host = l.Addr().String()
	return u.String(), tr
}

func (tr *Trips) carry(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(client, server)
		client.Close()
	}()
	_ = tr.read(bufio.NewReader(client), server)
}

// read passes messages on. The first has no kind, only a length; all others have both, the length counting itself.
func (tr *Trips) read(from *bufio.Reader, to io.Writer) error {
	for head := 4; ; head = 5 {
		start, err := from.Peek(head)
		if err != nil {
			return err
		}
		if head == 5 && (start[0] == 'S' || start[0] == 'Q') { // the end of what is asked together; a plain query
			tr.n.Add(1)
		}
		size := int64(head-4) + int64(binary.BigEndian.Uint32(start[head-4:]))
		if _, err := io.CopyN(to, from, size); err != nil {
			return err
		}
	}
}
