// the tracker takes this file's place after building
trace('tracker file');
