//go:build desktop

// Command empty opens a Wails window on one line of text: what the window of Habilis is measured against.
package main

import (
	"net/http"
	"os"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
)

func main() {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><html lang="fr"><title>Habilis</title><body><h1>Vide</h1></body></html>`))
	})
	_ = os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1") // as the real one
	err := wails.Run(&options.App{
		Title: "Habilis", Width: 1280, Height: 800,
		AssetServer: &assetserver.Options{Handler: page},
		Linux:       &linux.Options{ProgramName: "habilis", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
	})
	if err != nil {
		os.Exit(1)
	}
}
