<?php
/**
 * How the lab's host resolves names: by the lab's own DNS server, which cannot be entered into
 * /etc/resolv.conf as it has neither port 53 nor the machine to itself.
 *
 * PHP's own functions are switched off by disable_functions, which lets them be defined anew. Who asks a
 * name server himself, on port 53, is led to the lab's as well.
 */

function stream_socket_client($address, &$errno = null, &$error = null, $timeout = 2) {
    $name_server = 1 === preg_match('#^udp://.*:53$#D', $address);
    list($scheme, $place) = explode('://', $name_server ? 'udp://@DNS@' : $address, 2);
    list($host, $port) = array(substr($place, 0, strrpos($place, ':')), substr(strrchr($place, ':'), 1));
    return @fsockopen("$scheme://$host", (int) $port, $errno, $error, $timeout);
}

function lab_addresses($name) {
    $socket = @stream_socket_client('udp://@DNS@', $errno, $error, 2);
    if ( ! $socket) {
        return null;
    }
    $question = '';
    foreach (explode('.', rtrim($name, '.')) as $label) {
        $question .= chr(strlen($label)) . $label;
    }
    $question .= "\0" . pack('nn', 1, 1);
    stream_set_timeout($socket, 2);
    fwrite($socket, pack('nnnnnn', 1, 0x0100, 1, 0, 0, 0) . $question);
    $answer = fread($socket, 4096);
    if (strlen($answer) < 12) {
        return null;
    }
    $head = unpack('nid/nflags/nquestions/nanswers', $answer);
    if (0 !== ($head['flags'] & 0xf)) {
        return 3 === ($head['flags'] & 0xf) ? false : null;
    }
    $found = array();
    $at = 12 + strlen($question);
    for ($left = $head['answers']; $left > 0; $left--) {
        while (true) { // The owner: labels, to their end or to a pointer.
            $length = ord($answer[$at]);
            $at += $length >= 0xc0 ? 2 : 1 + $length;
            if (0 === $length || $length >= 0xc0) {
                break;
            }
        }
        $record = unpack('ntype/nclass/Nttl/nlength', substr($answer, $at, 10));
        if (1 === $record['type']) {
            $found[] = inet_ntop(substr($answer, $at + 10, 4));
        }
        $at += 10 + $record['length'];
    }
    return $found;
}

function gethostbynamel($name) {
    return lab_addresses($name) ?: false;
}

function gethostbyname($name) {
    return (lab_addresses($name) ?: array($name))[0];
}

function dns_get_record($name, $type = DNS_ANY) {
    $addresses = lab_addresses($name);
    if (null === $addresses) {
        return false;
    }
    if (false === $addresses) {
        return array();
    }
    $records = array(array('host' => $name, 'class' => 'IN', 'ttl' => 300, 'type' => 'NS', 'target' => 'ns1'));
    foreach ($addresses as $address) {
        $records[] = array('host' => $name, 'class' => 'IN', 'ttl' => 300, 'type' => 'A', 'ip' => $address);
    }
    return $records;
}
