// Package serve publishes the handlers and the pages over HTTP, to a browser on the same computer, or over TLS to others.
package serve

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// Pages serves the built pages, with a strict content security policy. extra is put first in the head: the script that stands in for the
// window's runtime, or nothing.
func Pages(dist fs.FS, extra string) http.Handler {
	files := http.FileServerFS(dist)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff") // in a window too
		w.Header().Set("Referrer-Policy", "no-referrer")
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if name == "" || name == "index.html" {
			index(w, dist, extra)
			return
		}
		if info, err := fs.Stat(dist, name); err != nil || info.IsDir() {
			http.NotFound(w, r) // folders list nothing
			return
		}
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // names carry a hash
		}
		files.ServeHTTP(w, r)
	})
}

func index(w http.ResponseWriter, dist fs.FS, extra string) {
	text, err := fs.ReadFile(dist, "index.html")
	if err != nil {
		http.Error(w, "frontend/dist is empty: npm run build", http.StatusNotFound)
		return
	}
	nonce := rand.Text()
	text = bytes.ReplaceAll(text, []byte("__NONCE__"), []byte(nonce))
	text = bytes.Replace(text, []byte("<head>"), []byte("<head>"+extra), 1)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' blob: data:; "+
		"font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	_, _ = w.Write(text) // the page has gone if this fails
}
