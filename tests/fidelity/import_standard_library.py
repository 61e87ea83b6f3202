import abc, argparse, array, ast, asyncio, base64, bisect, calendar, cmath, codecs, collections, contextlib, copy, csv
import dataclasses, datetime, decimal, difflib, doctest, email, enum, fractions, functools, glob, gzip, hashlib, heapq
import html, http, inspect, io, itertools, json, logging, lzma, math, operator, os, pathlib, pickle, platform, pprint
import queue, random, re, sched, secrets, selectors, shutil, signal, socket, sqlite3, statistics, string, struct
import tempfile, textwrap, threading, time, timeit, tokenize, traceback, types, typing, unicodedata, unittest, urllib
import uuid, warnings, weakref, xml.etree.ElementTree, zipfile, zlib, zoneinfo
print("all there")
