package bridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"habilis/internal/fault"
	"habilis/internal/fold"
)

// upload is a file that a page is about to send, once, within some minutes; then what came of it, until it is taken. It stands in a file that has no name.
type upload struct {
	size    int64
	session string
	until   time.Time
	file    *os.File // nil until it has come
}

// largestUpload is how many bytes a page may send at once.
const largestUpload = 20 << 20

// Announcement is a file that a page wants to send. Size is in bytes.
type Announcement struct {
	Size int64 `json:"size"`
}

// Upload is where a page sends a file that it announced.
type Upload struct {
	Handle string `json:"handle"` // below /files/
}

// Expect returns where the page may send one file of some bytes.
func (h *Files) Expect(in Announcement) (Upload, error) {
	return call(h.seat, func(context.Context) (Upload, error) {
		if in.Size < 0 || in.Size > largestUpload {
			return Upload{}, fault.New(fault.Refused, "file.too_large", "max", fmt.Sprint(largestUpload>>20))
		}
		s := h.seat
		s.mu.Lock()
		defer s.mu.Unlock()
		room(s.uploads, func(u upload) time.Time { return u.until }, upload.drop)
		handle := rand.Text()
		s.uploads[handle] = upload{size: in.Size, session: s.session, until: time.Now().Add(pendingTTL)}
		return Upload{handle}, nil
	})
}

func (u upload) drop() {
	if u.file != nil {
		_ = u.file.Close() // it has no name any more
	}
}

// Expects reports whether a file is expected at this seat under a handle.
func (s *Seat) Expects(handle string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, there := s.uploads[handle]
	return there && u.file == nil
}

// Receive takes the file that is expected under a handle, whole: once, from the session that announced it, while that is open. What is shorter or longer
// than was said is refused.
func (s *Seat) Receive(handle string, body io.Reader) error {
	u, there := s.expected(handle)
	if !there {
		return fault.New(fault.NotFound, "file.gone")
	}
	f, err := s.services.unnamed("upload-*")
	if err != nil {
		return err
	}
	n, err := io.Copy(living{f, s.living(u.session)}, io.LimitReader(body, u.size+1))
	if err == nil && n != u.size {
		err = fault.New(fault.Protocol, "message.malformed")
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	u.file, u.until = f, time.Now().Add(pendingTTL)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads[handle] = u
	return nil
}

// expected takes what is expected under a handle by the session that is open at the seat.
func (s *Seat) expected(handle string) (upload, bool) {
	if !s.standing().open {
		return upload{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, there := s.uploads[handle]
	if !there || u.file != nil {
		return upload{}, false
	}
	delete(s.uploads, handle)
	return u, u.session == s.session && u.session != "" && time.Now().Before(u.until)
}

// sent returns the file that has come under a handle, once, to the session that sent it. Whoever takes it closes it.
func (s *Seat) sent(handle string) (*os.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, there := s.uploads[handle]
	if !there || u.file == nil || u.session != s.session {
		return nil, fault.New(fault.NotFound, "file.gone")
	}
	delete(s.uploads, handle)
	if _, err := u.file.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, u.file.Close())
	}
	return u.file, nil
}

// unnamed makes a file in the program's own folder for such, which nothing names once it is open.
func (s *Services) unnamed(pattern string) (*os.File, error) {
	f, err := os.CreateTemp(s.Flow.Tmp(), pattern)
	if err != nil {
		return nil, fmt.Errorf("file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil && runtime.GOOS != "windows" { // there an open file keeps its name; the folder is emptied at each start
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Picture is an image that a page drew and sent under a handle.
type Picture struct {
	Name   string `json:"name"`
	Handle string `json:"handle"`
}

// Keep offers a picture that the page drew, .svg or .png, as a file.
func (h *Files) Keep(in Picture) (File, error) {
	return call(h.seat, func(context.Context) (File, error) {
		kind := filepath.Ext(in.Name)
		bad := strings.ContainsAny(in.Name, "/\\:\x00") || len(in.Name) > 100 || strings.ContainsFunc(in.Name, fold.Unseen)
		if kind != ".svg" && kind != ".png" || bad {
			return File{}, fault.New(fault.Protocol, "message.malformed")
		}
		f, err := h.seat.sent(in.Handle)
		if err != nil {
			return File{}, err
		}
		defer f.Close() //nolint:errcheck // it has no name any more
		data, err := io.ReadAll(f)
		if err != nil {
			return File{}, fmt.Errorf("file: %w", err)
		}
		return h.seat.offer(in.Name, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		}), nil
	})
}
