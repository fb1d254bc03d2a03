trace('tracker file');
