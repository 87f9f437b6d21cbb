package db

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Each write draws the file a new mark and keeps the one before beside it, so the log's first write says which state of the file it goes on from.

// marks are what the log's writes say of the file, in their order: the mark before the first of them, and those that they drew.
type marks struct {
	before  []byte
	drawn   [][]byte
	commits int // of a log without any nothing is taken over
}

// follow reports whether the file alone, of a mark, is what the log's writes go on from, or holds some of them already.
func (m marks) follow(mark []byte) bool {
	if m.commits == 0 || bytes.Equal(m.before, mark) {
		return true
	}
	for _, drawn := range m.drawn {
		if bytes.Equal(drawn, mark) {
			return true
		}
	}
	return false
}

const (
	logHeader, frameHeader = 32, 24
	markSize               = 16
)

// marksIn reads the committed frames of a log that hold the page of the file's mark. The layout is that of the SQLite file format, chapter 4: what
// follows a frame whose checksum or salt is another is no part of the log. It fails where the head is none of a log: SQLite would write over what is there.
func marksIn(path string, page uint32, id []byte) (marks, error) {
	var found, open marks
	f, err := os.Open(path)
	if err != nil {
		return found, err
	}
	defer f.Close() //nolint:errcheck // only read
	in := bufio.NewReaderSize(f, 1<<20)
	head := make([]byte, logHeader)
	if _, err := io.ReadFull(in, head); err != nil {
		return found, nil // nothing was written
	}
	sum := summing{order: binary.LittleEndian}
	if binary.BigEndian.Uint32(head)&1 == 1 {
		sum.order = binary.BigEndian
	}
	if bytes.Equal(head, make([]byte, logHeader)) {
		return found, nil // a computer that lost its power before the head was written
	}
	if sum.add(head[:24]); !sum.is(head[24:]) || !slices.Contains([]int{512, 1024, 2048, 4096, 8192, 16384, 32768, 65536}, int(binary.BigEndian.Uint32(head[8:]))) {
		return found, errors.New("what stands in the log's place is no log, or its head is damaged")
	}
	frame := make([]byte, frameHeader+int(binary.BigEndian.Uint32(head[8:])))
	for {
		if _, err := io.ReadFull(in, frame); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return found, nil
		} else if err != nil {
			return found, fmt.Errorf("log: %w", err)
		}
		sum.add(frame[:8])
		sum.add(frame[frameHeader:])
		if !bytes.Equal(frame[8:16], head[16:24]) || !sum.is(frame[16:24]) {
			return found, nil
		}
		if binary.BigEndian.Uint32(frame) == page {
			open.read(frame[frameHeader:], id)
		}
		if binary.BigEndian.Uint32(frame[4:]) != 0 { // a commit: what was written so far holds
			open.commits++
			found = open
		}
	}
}

// read takes the marks of a page: they stand behind the file's id.
func (m *marks) read(page, id []byte) {
	at := bytes.Index(page, id)
	if at < 0 || at+len(id)+2*markSize > len(page) {
		return
	}
	rest := page[at+len(id):]
	if m.before == nil {
		m.before = bytes.Clone(rest[markSize : 2*markSize])
	}
	m.drawn = append(m.drawn, bytes.Clone(rest[:markSize]))
}

// summing is the checksum of a log's frames.
type summing struct {
	order  binary.ByteOrder
	s0, s1 uint32
}

func (s *summing) add(b []byte) {
	for ; len(b) >= 8; b = b[8:] {
		s.s0 += s.order.Uint32(b) + s.s1
		s.s1 += s.order.Uint32(b[4:]) + s.s0
	}
}

func (s *summing) is(b []byte) bool {
	return binary.BigEndian.Uint32(b) == s.s0 && binary.BigEndian.Uint32(b[4:]) == s.s1
}
