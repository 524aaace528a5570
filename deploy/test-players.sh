#!/bin/sh
# Install the real players that the tests drive. Only on Debian and its relatives, only as root, only what is missing;
# anything else is said in one line, and the tests then skip that player by name.
set -u

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium chromium
need cvlc "vlc-bin vlc-plugin-base"
need mpv mpv
need gst-launch-1.0 "gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav"
need ffmpeg ffmpeg

[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "Not installed (needs apt and root), tests will skip:$missing"
    exit 0
fi
echo "Installing players for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
{ timeout 300 apt-get update -qq && timeout 900 apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 ||
    echo "Some players could not be installed, tests will skip them:$missing"
exit 0
