#!/bin/sh
# Makes the test PKI of TLS with the openssl command line (3.0): CA and other CA, servers and clients.
# Usage: make.sh [FOLDER]; the files beside this script were made by it. Test keys: never trust them elsewhere.
set -eu
cd "${1:-$(dirname "$0")}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/index" ; echo 1000 > "$work/serial"
cat > "$work/ca.cnf" <<EOF
[ca]
default_ca = own
[own]
database = $work/index
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
organizationName = optional
EOF
ca() { # name subject
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null
  openssl req -new -key "$1.key" -subj "$2" -out "$work/$1.csr"
  printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' > "$work/ext"
  openssl ca -batch -config "$work/ca.cnf" -selfsign -keyfile "$1.key" -in "$work/$1.csr" -out "$1.crt" -notext \
    -startdate 20200101000000Z -enddate 20990101000000Z -extfile "$work/ext" 2>/dev/null
}
leaf() { # name ca subject key-algorithm from to extensions
  case $4 in
    rsa) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key" 2>/dev/null ;;
    *) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$4" -out "$1.key" 2>/dev/null ;;
  esac
  openssl req -new -key "$1.key" -subj "$3" -out "$work/$1.csr"
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n%b' "$7" > "$work/ext"
  openssl ca -batch -config "$work/ca.cnf" -cert "$2.crt" -keyfile "$2.key" -in "$work/$1.csr" -out "$1.crt" -notext \
    -startdate "$5" -enddate "$6" -extfile "$work/ext" 2>/dev/null
}
now=20200101000000Z ; end=20990101000000Z
names='subjectAltName=DNS:mail.example,DNS:*.wild.example,DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\n'
ca ca "/CN=Test TLS CA"
ca other-ca "/CN=Other TLS CA"
leaf server ca "/CN=Test server" P-256 $now $end "$names"
leaf server-rsa ca "/CN=Test server RSA" rsa $now $end "$names"
leaf server-p384 ca "/CN=Test server P-384" P-384 $now $end "$names"
leaf expired ca "/CN=Expired server" P-256 $now 20210101000000Z "$names"
leaf usage ca "/CN=Server of the wrong usage" P-256 $now $end 'subjectAltName=DNS:mail.example\nextendedKeyUsage=emailProtection\n'
leaf untrusted other-ca "/CN=Untrusted server" P-256 $now $end "$names"
leaf client ca "/CN=Alice" P-256 $now $end 'subjectAltName=email:alice@ship-a.example\nextendedKeyUsage=clientAuth\n'
leaf client-untrusted other-ca "/CN=Mallory" P-256 $now $end 'subjectAltName=email:alice@ship-a.example\nextendedKeyUsage=clientAuth\n'
