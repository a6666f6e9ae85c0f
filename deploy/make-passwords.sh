#!/bin/sh
# Makes the passwords of compose.yaml, once: random, readable by their owner and by the containers' accounts.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
# Compose shows these files to the containers with the rights they have here, and their accounts are not yours:
# the folder is closed instead of the files.
for name in superuser owner app purger backup; do
  [ -e "secrets/$name" ] || od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "secrets/$name"
  chmod 444 "secrets/$name"
done
