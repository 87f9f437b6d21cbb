package db

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// remote are the file systems of networks, by the number that the kernel gives them (statfs(2)). A log shared through one of them loses what was
// acknowledged.
var remote = map[int64]string{
	0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "CIFS", 0xfe534d42: "SMB2", 0x01021997: "9P", 0x5346414f: "AFS", 0x73757245: "Coda", 0x00c36400: "Ceph",
}

const fuse = 0x65735546

// plain are the file systems that know no rights.
var plain = map[int64]string{0x4d44: "FAT", 0x2011bab0: "exFAT"}

// withoutRights names the file system of a folder that knows no rights, empty where it knows some.
func withoutRights(folder string) string {
	var s syscall.Statfs_t
	if syscall.Statfs(folder, &s) != nil {
		return ""
	}
	return plain[int64(s.Type)&0xffffffff] //nolint:unconvert // of another width on other machines
}

// networked names the network's file system on which a folder lies, empty where it lies on this computer.
func networked(folder string) string {
	folder = whole(folder)
	var s syscall.Statfs_t
	for syscall.Statfs(folder, &s) != nil {
		up := filepath.Dir(folder)
		if up == folder {
			return ""
		}
		folder = up
	}
	kind := int64(s.Type) & 0xffffffff //nolint:unconvert // of another width on other machines
	if name, shared := remote[kind]; shared {
		return name
	}
	if kind == fuse {
		return mountedBy(folder)
	}
	return ""
}

// whole is a folder as the system names it, by its nearest part that is there: mounts are told by such names.
func whole(folder string) string {
	if all, err := filepath.Abs(folder); err == nil {
		folder = all
	}
	rest := ""
	for at := folder; ; {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(real, rest)
		}
		up := filepath.Dir(at)
		if up == at {
			return folder
		}
		at, rest = up, filepath.Join(filepath.Base(at), rest)
	}
}

// mountedBy names a network's file system in user space, by the mount that holds the folder.
func mountedBy(folder string) string {
	text, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return ""
	}
	longest, kind := -1, ""
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			continue
		}
		at := strings.ReplaceAll(fields[1], `\040`, " ")
		inside := folder == at || strings.HasPrefix(folder, strings.TrimSuffix(at, "/")+"/")
		if inside && len(at) > longest {
			longest, kind = len(at), fields[2]
		}
	}
	for _, name := range []string{"sshfs", "davfs", "rclone", "s3fs", "gvfs", "smbnetfs", "curlftpfs", "glusterfs", "kio-fuse", "onedriver", "gcsfuse", "mountpoint-s3"} {
		if strings.Contains(kind, name) {
			return name
		}
	}
	return ""
}
