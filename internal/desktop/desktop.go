// Package desktop opens the window. It alone imports Wails.
package desktop

import (
	"context"
	"errors"
	"net/http"
	"os"
	"runtime"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	window "github.com/wailsapp/wails/v2/pkg/runtime"
)

// ErrNoDisplay tells that there is no screen to open a window on: GTK would panic.
var ErrNoDisplay = errors.New("no display")

// Window is what the program asks of an open window.
type Window struct{ ctx context.Context }

// Ask asks where a file of a name goes; the path is empty where the person changed their mind.
func (w Window) Ask(name string) (path string, err error) {
	return window.SaveFileDialog(w.ctx, window.SaveDialogOptions{DefaultFilename: name, CanCreateDirectories: true})
}

// Tell tells the page which topics have changed.
func (w Window) Tell(topics []string) error {
	if len(topics) > 0 {
		window.EventsEmit(w.ctx, "changed", topics)
	}
	return nil
}

// Run opens the window on the pages, binds the handlers, and returns when it is closed. started runs once the window exists: no file is
// opened before.
func Run(pages http.Handler, handlers []any, started func(w Window)) error {
	if !bindings && runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return ErrNoDisplay
	}
	if os.Getenv(renderer) == "" {
		_ = os.Setenv(renderer, "1") // a name without a zero byte is always taken
	}
	return wails.Run(&options.App{
		Title: "Habilis", Width: 1280, Height: 800, MinWidth: 900, MinHeight: 600,
		BackgroundColour:         &options.RGBA{R: 247, G: 247, B: 245, A: 255},
		AssetServer:              &assetserver.Options{Handler: pages},
		Bind:                     handlers,
		OnStartup:                func(ctx context.Context) { started(Window{ctx}) },
		EnableDefaultContextMenu: true, // right-click copies and pastes in fields
		Logger:                   quiet{}, LogLevel: logger.ERROR, LogLevelProduction: logger.ERROR,
		DragAndDrop: &options.DragAndDrop{DisableWebViewDrop: true},
		Linux:       &linux.Options{ProgramName: "habilis", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
	})
}

// renderer names the variable that turns the web view's DMA-BUF renderer off: on some drivers it draws a white window.
const renderer = "WEBKIT_DISABLE_DMABUF_RENDERER"

// quiet stands in for Wails' own logger, which writes whole messages on errors: what people typed must never reach a log.
type quiet struct{}

func (quiet) Print(string)   {}
func (quiet) Trace(string)   {}
func (quiet) Debug(string)   {}
func (quiet) Info(string)    {}
func (quiet) Warning(string) {}
func (quiet) Error(string)   {}
func (quiet) Fatal(string)   {}
