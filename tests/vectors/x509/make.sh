#!/bin/sh
# Makes the certificates and CRLs of this folder anew with the openssl command line (README.md says what is odd about
# each). New keys and signatures each time; the private keys are thrown away.
set -eu
out=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
: > index.txt
echo 01 > crlnumber
cat > ca.cnf <<'CNF'
[ca]
default_ca = one
[one]
database = index.txt
new_certs_dir = .
serial = serial
crlnumber = crlnumber
default_md = sha256
default_days = 30
default_crl_days = 30
policy = any
unique_subject = no
string_mask = utf8only
[any]
[req]
distinguished_name = none
[none]
[partition]
issuingDistributionPoint = critical, @point
[point]
fullname = URI:http://crl.example/1
[delta]
2.5.29.27 = critical, ASN1:INTEGER:1
CNF
cat > ext.cnf <<'EXT'
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[sub]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[subtls]
basicConstraints = critical, CA:TRUE
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
[nosign]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
[names]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
nameConstraints = critical, permitted;email:.in.example, permitted;email:host.example, permitted;dirName:tree, excluded;email:bad@host.example, permitted;IP:10.0.0.0/255.0.0.0, permitted;DNS:in.example
[tree]
C = GB
O = Inside
[namesuri]
basicConstraints = critical, CA:TRUE
nameConstraints = critical, permitted;URI:in.example
[mail]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment, keyAgreement
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = email:odd@mail.example
[server]
keyUsage = digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:node.example, DNS:*.node.example, IP:10.1.2.3, IP:2001:db8::1
[client]
keyUsage = digitalSignature
extendedKeyUsage = clientAuth
[encipher]
keyUsage = keyEncipherment
subjectAltName = email:odd@mail.example
[critical]
1.3.6.1.4.1.99999.1 = critical, ASN1:UTF8String:unknown
subjectAltName = email:odd@mail.example
[bare]
subjectKeyIdentifier = none
[rich]
subjectAltName = critical, @alternatives
subjectDirectoryAttributes = ASN1:SEQUENCE:attributes
certificatePolicies = critical, 1.2.3.4
[alternatives]
email.1 = first@mail.example
email.2 = Second@MAIL.example
otherName.1 = 1.3.6.1.5.5.7.8.9;FORMAT:UTF8,UTF8:jörg@mail.example
otherName.2 = 1.2.3.4;UTF8:ignored
URI.1 = http://mail.example/
dirName.1 = tree
RID.1 = 1.2.3.4
[attributes]
one = SEQUENCE:attribute
two = SEQUENCE:oldattribute
three = SEQUENCE:otherattribute
[attribute]
type = OID:2.5.4.55
values = SET:clearances
[clearances]
one = SEQUENCE:clearance
two = SEQUENCE:clearance2
[clearance]
policy = OID:1.3.6.1.4.1.99999.4406.1
classes = FORMAT:BITLIST,BITSTRING:1,2,4
categories = SET:categories
[categories]
one = SEQUENCE:category
[category]
type = IMPLICIT:0,OID:2.16.840.1.101.2.1.8.3.0
value = EXPLICIT:1,SEQUENCE:bitmap
[bitmap]
set = OID:1.3.6.1.4.1.99999.4406.1.1
bits = FORMAT:BITLIST,BITSTRING:1
[clearance2]
policy = OID:1.3.6.1.4.1.99999.4406.2
[oldattribute]
type = OID:2.5.1.5.55
values = SET:oldclearances
[oldclearances]
one = SEQUENCE:oldclearance
two = SEQUENCE:explicitclearance
[oldclearance]
policy = IMPLICIT:0,OID:1.3.6.1.4.1.99999.4406.3
classes = IMPLICIT:1,FORMAT:BITLIST,BITSTRING:3
categories = IMPLICIT:2,SET:categories
[explicitclearance]
policy = EXPLICIT:0,OID:1.3.6.1.4.1.99999.4406.4
classes = EXPLICIT:1,FORMAT:BITLIST,BITSTRING:5
[otherattribute]
type = OID:1.2.3.4.5
values = SET:othervalues
[othervalues]
one = UTF8:ignored
[x400]
subjectAltName = DER:30:22:A3:20:30:1E:61:04:13:02:47:42:62:05:13:03:4D:49:4C:A2:05:13:03:4E:41:56:83:08:53:48:49:50:20:4F:4E:45
EXT

key() { # NAME genpkey-options
  name=$1; shift
  openssl genpkey "$@" -out "$name.key" 2> /dev/null
}
rsa() { key "$1" -algorithm RSA -pkeyopt rsa_keygen_bits:"${2:-2048}"; }
ec() { key "$1" -algorithm EC -pkeyopt ec_paramgen_curve:"${2:-P-256}" -pkeyopt ec_param_enc:named_curve; }
# cert NAME ISSUER SERIAL SECTION SUBJECT [ca options]; the key is NAME.key
from=20200101000000Z
until=20990526000000Z
cert() {
  name=$1; issuer=$2; serial=$3; section=$4; subject=$5; shift 5
  openssl req -new -utf8 -multivalue-rdn -config ca.cnf -key "$name.key" -subj "$subject" -out "$name.csr"
  echo "$serial" > serial
  self=
  if [ "$issuer" = "$name" ]; then self=-selfsign; else self="-cert $issuer.crt"; fi
  openssl ca -batch -config ca.cnf -utf8 -preserveDN -notext $self -keyfile "$issuer.key" -startdate "$from" \
    -enddate "$until" -extfile ext.cnf -extensions "$section" -in "$name.csr" -out "$name.crt" "$@" 2> ca.log ||
    { cat ca.log; exit 1; }
}
base="/C=GB/O=Odd"

rsa root; cert root root 01 root "$base/CN=Odd Root"
ec sub;   cert sub root 02 sub "$base/CN=Odd Sub"
ec sub2;  cert sub2 sub 03 root "$base/CN=Odd Sub Sub"
ec good;  cert good sub 10 mail "$base/CN=Good"
ec toolong; cert toolong sub2 11 mail "$base/CN=Too Long"
ec revoked; cert revoked sub 12 mail "$base/CN=Revoked"
ec pss;   cert pss root 13 mail "$base/CN=PSS" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
ec pss1;  cert pss1 root 14 mail "$base/CN=PSS SHA-1" -md sha1 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
ec sha1;  cert sha1 root 15 mail "$base/CN=SHA-1" -md sha1
ec md5;   cert md5 root 16 mail "$base/CN=MD5" -md md5
ec sha512; cert sha512 root 17 mail "$base/CN=SHA-512" -md sha512
rsa weak 1024; cert weak root 18 mail "$base/CN=Weak"
ec critical; cert critical root 19 critical "$base/CN=Critical"
ec server; cert server root 1A server "$base/CN=node.example"
ec client; cert client root 1B client "$base/CN=Client"
rsa encipher; cert encipher root 1C encipher "$base/CN=Encipher"
ec notca; cert notca good 1D mail "$base/CN=By No CA"
ec nosign; cert nosign root 1E nosign "$base/CN=No Sign"
ec bynosign; cert bynosign nosign 1F mail "$base/CN=By No Sign"
ec subtls; cert subtls root 20 subtls "$base/CN=TLS Sub"
ec bytls; cert bytls subtls 21 mail "$base/CN=Mail By TLS Sub"
ec names; cert names root 22 names "$base/CN=Names"
ec inside; cert inside names 23 bare "/C=GB/O=inside/OU=x/emailAddress=a@ship.in.example"
ec insidehost; cert insidehost names 24 bare "/C=GB/O= INSIDE /emailAddress=a@HOST.example"
ec outside; cert outside names 25 bare "/C=GB/O=Inside/emailAddress=a@other.example"
ec excluded; cert excluded names 26 bare "/C=GB/O=Inside/emailAddress=bad@host.example"
ec outsidetree; cert outsidetree names 27 bare "/C=GB/O=Outside"
ec namesuri; cert namesuri root 28 namesuri "$base/CN=Names URI"
ec bynamesuri; cert bynamesuri namesuri 29 bare "$base/CN=By Names URI"
ec rich; cert rich root 00D1CE rich "/C=GB/O=Odd, \\\\ \\+ Sons;\\=<\"#>/DC=example/CN=#Jörg \\+ Ñ+UID=j1/OU= two  spaces "
ec x400; cert x400 root 2A x400 "$base/CN=X.400"
ec p521 P-521; cert p521 root 2B mail "$base/CN=P-521"
key brainpool -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1; cert brainpool root 2C mail "$base/CN=Brainpool"
key ed25519 -algorithm ED25519; cert ed25519 root 2D mail "$base/CN=Ed25519"
from=20000101000000Z until=20010101000000Z
ec expired; cert expired root 2E mail "$base/CN=Expired"
from=20980101000000Z until=20990526000000Z
ec future; cert future root 2F mail "$base/CN=Future"
from=20200101000000Z
# Two CAs that sign each other, without an anchor; one more with the name of the root and another key.
ec loopa; cert loopa loopa 30 root "$base/CN=Loop A"
ec loopb; cert loopb loopa 31 root "$base/CN=Loop B"
cert loopa loopb 32 root "$base/CN=Loop A"
ec inloop; cert inloop loopa 33 mail "$base/CN=In Loop"
ec root2; cert root2 root2 34 root "$base/CN=Odd Root"
ec byroot2; cert byroot2 root2 35 mail "$base/CN=By Root 2"
# A CA whose own validity is over, and one without extensions at all (version 1).
from=20000101000000Z until=20010101000000Z
ec oldsub; cert oldsub root 36 root "$base/CN=Old Sub"
from=20200101000000Z until=20990526000000Z
ec byoldsub; cert byoldsub oldsub 37 mail "$base/CN=By Old Sub"
rsa v1
openssl req -new -config ca.cnf -key v1.key -subj "/CN=Version One" -out v1.csr
echo 38 > serial
openssl ca -batch -config ca.cnf -notext -selfsign -keyfile v1.key -startdate "$from" -enddate "$until" -in v1.csr \
  -out v1.crt 2> /dev/null
ec byv1; cert byv1 v1 39 bare "$base/CN=By Version One"

: > index.txt
openssl ca -config ca.cnf -cert sub.crt -keyfile sub.key -revoke revoked.crt -crl_reason keyCompromise 2> /dev/null
crl() { # NAME ISSUER LAST NEXT [options]
  name=$1; issuer=$2; last=$3; next=$4; shift 4
  openssl ca -gencrl -config ca.cnf -cert "$issuer.crt" -keyfile "$issuer.key" -crl_lastupdate "$last" \
    -crl_nextupdate "$next" -out "$name.crl" "$@" 2> ca.log || { cat ca.log; exit 1; }
}
crl sub sub 20260101000000Z 20990101000000Z
crl sub-expired sub 20250101000000Z 20250201000000Z
crl sub-partition sub 20260101000000Z 20990101000000Z -crlexts partition
crl sub-delta sub 20260101000000Z 20990101000000Z -crlexts delta
: > index.txt
crl sub-empty sub 20260201000000Z 20990101000000Z
crl root root 20260101000000Z 20990101000000Z
crl root-sha1 root 20260101000000Z 20990101000000Z -md sha1
openssl ca -config ca.cnf -cert root.crt -keyfile root.key -revoke sub.crt 2> /dev/null
crl root-sub root 20260101000000Z 20990101000000Z
crl root2 root2 20260101000000Z 20990101000000Z
rm -f "$out"/*.der "$out"/*.crl "$out"/*.pem
for file in *.crt; do openssl x509 -in "$file" -outform DER -out "$out/${file%.crt}.der"; done
for file in *.crl; do openssl crl -in "$file" -outform DER -out "$out/$file"; done
{ echo "Two certificates and a key between explanatory words."; openssl x509 -in root.crt; cat inloop.key; echo
  openssl x509 -in sub.crt | sed 's/$/\r/'; } > "$out/bundle.pem"
openssl crl -inform DER -in "$out/sub.crl" > "$out/sub-crl.pem"
